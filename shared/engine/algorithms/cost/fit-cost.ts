import type { AlgorithmParams } from "#contract/algorithms.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import type { FitShape } from "./fit-shape.ts";

/** Bytes that are live together at one time of a fit, without the data. The kernels' memory never shrinks. */
export interface MemoryPhase {
  /** In JavaScript's heap and array buffers. */
  readonly js: number;
  readonly kernels: number;
}

/** The cost of a fit, from the sizes of its arrays. All parameters are given. */
export interface FitCost {
  readonly phases: (shape: FitShape, params: AlgorithmParams) => readonly MemoryPhase[];
  /** How much of the transpose is in memory at a time, 0 … 1; all of it where this is absent. */
  readonly transposeShare?: (shape: FitShape, params: AlgorithmParams) => number;
  /**
   * Bytes of the finished model as a blend keeps it.
   * @param isQuantized Whether item factors take one byte each.
   */
  readonly storedBytes: (shape: FitShape, params: AlgorithmParams, isQuantized: boolean) => number;
  /** Seconds on one processor of a common server, within a factor of two. */
  readonly seconds: (shape: FitShape, params: AlgorithmParams) => number;
}

/** A size; null is no limit. */
export const sizeOf = (params: AlgorithmParams, name: string): number =>
  params[name] === null ? Number.POSITIVE_INFINITY : Number(params[name] ?? 0);

/** A matrix in kernel memory: indices, values, and where rows begin. */
export const matrixBytes = (rows: number, interactions: number): number => 8 * interactions + 4 * rows;

/** Length of a row of factors in the kernels, in bytes. */
export const strideBytes = (dim: number): number => 4 * paddedDim(dim);

/** Rows of a matrix that are copied to the kernels at a time, and their products. */
export const SLICE_BYTES = 3e6;
