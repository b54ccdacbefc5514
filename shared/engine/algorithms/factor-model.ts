import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { F32Buffer, Kernels } from "../kernels/kernels.ts";
import type { EncodeOptions, Model, Profile } from "./algorithm.ts";
import type { Factors } from "./factors.ts";
import type { ItemFactors } from "./item-factors.ts";

/** Users scored together once someone asks for them in order, as an evaluation does: the factors are then read once for all. */
const SCORE_BLOCK = 16;
/** No block of scores is larger than this, in floats. */
const MAX_BLOCK_SCORES = 2 ** 20;

/** Finds the vector of a person who has no row among the user factors, or whose interactions have changed. */
export interface ProfileFolder {
  /** @returns The vector, padded to the stride of the item factors; overwritten by the next call. */
  solve(profile: Profile): F32Buffer;
  /** Where the vector is a sum over the interactions; see `Model.contributionsInto`. */
  contributionsInto?(profile: Profile, itemIndex: number, out: Float64Array): boolean;
  free(): void;
}

export interface FactorModelParts {
  readonly algorithm: AlgorithmName;
  readonly kernels: Kernels;
  /** The model holds both and releases them when it is disposed. */
  readonly items: ItemFactors;
  readonly users: Factors | null;
  /** Called once, when the first profile is scored. */
  readonly openFolder: () => ProfileFolder;
  readonly encode: (options?: EncodeOptions) => Section[];
}

/** Scores by the product of a person's vector with each item's. What differs between methods is how a profile is folded in. */
export class FactorModel implements Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly #parts: FactorModelParts;
  readonly #scores: F32Buffer;
  readonly #blockSize: number;
  #block = { from: 0, to: 0 };
  #lastUser = -1;
  #folder: ProfileFolder | null = null;
  #isDisposed = false;

  constructor(parts: FactorModelParts) {
    const { algorithm, kernels, items, users } = parts;
    this.algorithm = algorithm;
    this.itemCount = items.count;
    this.#parts = parts;
    const isBlockSmall = SCORE_BLOCK * items.count <= MAX_BLOCK_SCORES;
    this.#blockSize = users && isBlockSmall ? SCORE_BLOCK : 1;
    this.#scores = kernels.allocF32(this.#blockSize * items.count);
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#folder ??= this.#parts.openFolder();
    this.#block = { from: 0, to: 0 };
    this.#scoreVectors(this.#folder.solve(profile), 0, 1);
    out.set(this.#scores.view.subarray(0, this.itemCount));
  }

  scoreUserInto(userIndex: number, profile: Profile, out: Float32Array): void {
    const { users } = this.#parts;
    if (users === null || userIndex >= users.count) {
      this.scoreProfileInto(profile, out);
      return;
    }
    if (userIndex < this.#block.from || userIndex >= this.#block.to) this.#scoreBlock(users, userIndex);
    this.#lastUser = userIndex;
    const start = (userIndex - this.#block.from) * this.itemCount;
    out.set(this.#scores.view.subarray(start, start + this.itemCount));
  }

  /** False for folders whose vector is no sum over the interactions. */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    this.#folder ??= this.#parts.openFolder();
    return this.#folder.contributionsInto?.(profile, itemIndex, out) ?? false;
  }

  /** The cosine of the two items' vectors. */
  similarItemsInto(itemIndex: number, out: Float32Array): void {
    const { kernels, items } = this.#parts;
    this.#block = { from: 0, to: 0 };
    const vector = kernels.allocF32(items.stride);
    items.copyRowInto(itemIndex, vector.view, 0);
    this.#scoreVectors(vector, 0, 1);
    vector.free();
    const scores = this.#scores.view;
    const normOf = (item: number) => Math.sqrt(items.dotRows(item, item));
    const norm = normOf(itemIndex);
    for (let item = 0; item < this.itemCount; item++) {
      const product = norm * normOf(item);
      out[item] = product > 0 ? (scores[item] as number) / product : 0;
    }
    out[itemIndex] = 0;
  }

  encode(options?: EncodeOptions): Section[] {
    return this.#parts.encode(options);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.items.release();
    this.#parts.users?.release();
    this.#folder?.free();
    this.#scores.free();
  }

  #scoreBlock(users: Factors, userIndex: number): void {
    const isInOrder = this.#lastUser >= 0 && userIndex > this.#lastUser && userIndex <= this.#lastUser + 2;
    const count = isInOrder ? Math.min(this.#blockSize, users.count - userIndex) : 1;
    this.#scoreVectors(users.buffer, userIndex * users.stride, count);
    this.#block = { from: userIndex, to: userIndex + count };
  }

  #scoreVectors(vectors: F32Buffer, vectorOffset: number, vectorCount: number): void {
    this.#parts.items.scoreInto(vectors, vectorOffset, vectorCount, this.#scores);
  }
}
