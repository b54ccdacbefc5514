import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import type { F32Buffer, Kernels, SparseRows, U32Buffer } from "../kernels/kernels.ts";
import type { Model, Profile } from "./algorithm.ts";
import { linearContributionsInto } from "./contributions.ts";
import { allocSparseRows } from "./row-slice.ts";
import { requireCompressedRows, requireFinite, requireSection } from "./sections.ts";
import { SharedRows } from "./shared-rows.ts";

const INDPTR = "similarity.indptr";
const INDICES = "similarity.indices";
const VALUES = "similarity.values";

/** An item-to-item matrix in compressed rows: row i holds what having item i says about the others. */
interface SimilarityMatrix {
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Scores by score(j) = Σ_{i in profile} weight_i · W[i, j]. Copies the matrix into kernel memory. */
export function createSimilarityModel(
  algorithm: AlgorithmName,
  kernels: Kernels,
  matrix: SimilarityMatrix,
): Model {
  return new SimilarityModel(algorithm, kernels, new SharedRows(allocSparseRows(kernels, matrix)));
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeSimilarityModel(
  algorithm: AlgorithmName,
  sections: readonly Section[],
  kernels: Kernels,
): Model {
  const indptr = requireSection(sections, INDPTR, Uint32Array, null);
  const indices = requireSection(sections, INDICES, Uint32Array, null);
  const values = requireSection(sections, VALUES, Float32Array, indices.length);
  if (indptr.length < 2) throw new EngineError("BAD_ARTIFACT", `Section "${INDPTR}" names no items.`);
  requireCompressedRows(INDICES, indptr, indices, indptr.length - 1);
  requireFinite(VALUES, values);
  return createSimilarityModel(algorithm, kernels, { indptr, indices, values });
}

/** Scores by score(j) = Σ_{i in profile} weight_i · W[i, j]. */
export class SimilarityModel implements Model {
  readonly algorithm: AlgorithmName;
  readonly itemCount: number;
  readonly #kernels: Kernels;
  readonly #shared: SharedRows;
  readonly #matrix: SparseRows;
  readonly #rowIndices: U32Buffer;
  readonly #rowWeights: F32Buffer;
  readonly #scores: F32Buffer;
  #isDisposed = false;

  /** @param shared The model releases it when it is disposed. */
  constructor(algorithm: AlgorithmName, kernels: Kernels, shared: SharedRows) {
    this.algorithm = algorithm;
    this.itemCount = shared.rows.indptr.length - 1;
    this.#kernels = kernels;
    this.#shared = shared;
    this.#matrix = shared.rows;
    this.#rowIndices = kernels.allocU32(this.itemCount);
    this.#rowWeights = kernels.allocF32(this.itemCount);
    this.#scores = kernels.allocF32(this.itemCount);
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
      { name: INDPTR, data: this.#matrix.indptr.view.slice() },
      { name: INDICES, data: this.#matrix.indices.view.slice() },
      { name: VALUES, data: this.#matrix.values.view.slice() },
    ];
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#shared.release();
    this.#rowIndices.free();
    this.#rowWeights.free();
    this.#scores.free();
  }

  #scoreRowsInto(count: number, out: Float32Array): void {
    this.#kernels.scoreSparseInto({
      matrix: this.#matrix,
      columnCount: this.itemCount,
      rowIndices: this.#rowIndices,
      rowWeights: this.#rowWeights,
      count,
      out: this.#scores,
    });
    out.set(this.#scores.view);
  }
}
