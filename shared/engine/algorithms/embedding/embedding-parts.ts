import type { Int8Factors } from "../factor-store/int8-factors.ts";
import type { VectorFrame } from "./vector-frame.ts";

/** What a model consists of. */
export interface EmbeddingParts {
  readonly frame: VectorFrame;
  /** Of each item its vector in the frame, times its popularity; zeros without one. */
  readonly items: Int8Factors;
  /** (users / most users)^power of each item, above 0; null at power 0, where it is 1 for all. */
  readonly popularity: Float32Array | null;
  /** That of an item without users: the mean of the others. */
  readonly newPopularity: number;
  /** The mean of the vectors of all interactions, of length 1; zeros if there is none. */
  readonly prior: Float32Array;
  readonly shrink: number;
  readonly weightPower: number;
}
