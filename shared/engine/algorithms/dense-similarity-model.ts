import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { F32Buffer, Kernels, U32Buffer } from "../kernels/kernels.ts";
import { paddedDim } from "../kernels/kernels.ts";
import type { Model, Profile } from "./algorithm.ts";
import { linearContributionsInto } from "./contributions.ts";
import { Factors } from "./factors.ts";
import { requireCount, requireFinite, requireSection } from "./sections.ts";

const SIZE = "dense-similarity.size";
const VALUES = "dense-similarity.values";
/** An items × items matrix of 64 MB: what an isolate holds beside everything else. */
export const MAX_DENSE_ITEMS = 4096;

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeDenseSimilarityModel(
  algorithm: AlgorithmName,
  sections: readonly Section[],
  kernels: Kernels,
): Model {
  const size = requireSection(sections, SIZE, Float64Array, 1);
  const itemCount = requireCount(size, 0, 1, MAX_DENSE_ITEMS);
  const packed = requireSection(sections, VALUES, Float32Array, itemCount * itemCount);
  requireFinite(VALUES, packed);
  const stride = paddedDim(itemCount);
  const matrix = new Factors(kernels, itemCount, itemCount, stride);
  matrix.unpack(packed);
  return new DenseSimilarityModel(algorithm, kernels, itemCount, matrix);
}

/** Scores by score(j) = Σ_{i in profile} weight_i · B[i, j] for a dense B. */
export class DenseSimilarityModel implements Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly #kernels: Kernels;
  readonly #stride: number;
  readonly #matrix: Factors;
  readonly #rowIndices: U32Buffer;
  readonly #rowWeights: F32Buffer;
  readonly #scores: F32Buffer;
  #isDisposed = false;

  /** @param matrix Rows of B; the model releases it when it is disposed. */
  constructor(algorithm: AlgorithmName, kernels: Kernels, itemCount: number, matrix: Factors) {
    this.algorithm = algorithm;
    this.itemCount = itemCount;
    this.#kernels = kernels;
    this.#stride = paddedDim(itemCount);
    this.#matrix = matrix;
    this.#rowIndices = kernels.allocU32(itemCount);
    this.#rowWeights = kernels.allocF32(itemCount);
    this.#scores = kernels.allocF32(this.#stride);
  }

  scoreProfileInto(profile: Profile, out: Float32Array): void {
    this.#rowIndices.view.set(profile.indices);
    this.#rowWeights.view.set(profile.weights);
    this.#scoreRowsInto(profile.indices.length, out);
  }

  scoreUserInto(_userIndex: number, profile: Profile, out: Float32Array): void {
    this.scoreProfileInto(profile, out);
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#rowIndices.view[0] = itemIndex;
    this.#rowWeights.view[0] = 1;
    this.#scoreRowsInto(1, out);
    out[itemIndex] = 0;
  }

  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    return linearContributionsInto(this, profile, itemIndex, out);
  }

  encode(): Section[] {
    return [
      { name: SIZE, data: Float64Array.of(this.itemCount) },
      { name: VALUES, data: this.#matrix.pack() },
    ];
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#matrix.release();
    for (const buffer of [this.#rowIndices, this.#rowWeights, this.#scores]) buffer.free();
  }

  #scoreRowsInto(count: number, out: Float32Array): void {
    this.#kernels.scoreDenseInto({
      matrix: this.#matrix.buffer,
      stride: this.#stride,
      rowIndices: this.#rowIndices,
      rowWeights: this.#rowWeights,
      count,
      out: this.#scores,
    });
    out.set(this.#scores.view.subarray(0, this.itemCount));
  }
}
