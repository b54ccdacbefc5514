import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Kernels, SparseRows } from "../../kernels/kernels.ts";
import type { Model } from "../fit/algorithm.ts";
import { requireCompressedRows, requireFinite, requireSection } from "../fit/sections.ts";
import { allocSparseRows } from "../item-matrix/row-slice.ts";
import { RowSumModel } from "../item-matrix/row-sum-model.ts";
import { SharedRows } from "../item-matrix/shared-rows.ts";

const INDPTR = "similarity.indptr";
const INDICES = "similarity.indices";
const VALUES = "similarity.values";

/** An item-to-item matrix in compressed rows: row i holds the contributions of item i to the scores of the others. */
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
  return sharedSimilarityModel(algorithm, kernels, new SharedRows(allocSparseRows(kernels, matrix)));
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

function sparseEntry({ indptr, indices, values }: SparseRows, row: number, column: number): number {
  const columns = indices.view;
  const end = indptr.view[row + 1] as number;
  for (let at = indptr.view[row] as number; at < end; at++) {
    if (columns[at] === column) return values.view[at] as number;
  }
  return 0;
}

/** Scores by rows that a fit may share. @param shared The model releases it when it is disposed of. */
export function sharedSimilarityModel(algorithm: AlgorithmName, kernels: Kernels, shared: SharedRows): Model {
  const { rows: matrix } = shared;
  const itemCount = matrix.indptr.length - 1;
  return new RowSumModel({
    algorithm,
    kernels,
    itemCount,
    scoreLength: itemCount,
    entry: (row, column) => sparseEntry(matrix, row, column),
    addUp: (call) => kernels.scoreSparseInto({ matrix, columnCount: itemCount, ...call }),
    encode({ isLast } = {}) {
      const sections = [
        { name: INDPTR, data: matrix.indptr.view },
        { name: INDICES, data: matrix.indices.view },
        { name: VALUES, data: matrix.values.view },
      ];
      return isLast ? sections : sections.map(({ name, data }) => ({ name, data: data.slice() }));
    },
    release: () => shared.release(),
  });
}
