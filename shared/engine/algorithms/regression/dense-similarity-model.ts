import { MAX_DENSE_ITEMS } from "#contract/algorithms/common-params.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { Factors } from "../factor-store/factors.ts";
import type { Model } from "../fit/algorithm.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { RowSumModel } from "../item-matrix/row-sum-model.ts";

const SIZE = "dense-similarity.size";
const VALUES = "dense-similarity.values";

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
  return createDenseSimilarityModel(algorithm, kernels, matrix);
}

/**
 * Scores by score(j) = Σ_{i in profile} weight_i · B[i, j] for a dense B.
 * @param matrix Rows of B; the model releases it when it is disposed of.
 */
export function createDenseSimilarityModel(
  algorithm: AlgorithmName,
  kernels: Kernels,
  matrix: Factors,
): Model {
  const { buffer, count: itemCount, stride } = matrix;
  return new RowSumModel({
    algorithm,
    kernels,
    itemCount,
    scoreLength: stride,
    entry: (row, column) => buffer.view[row * stride + column] as number,
    addUp: (call) => kernels.scoreDenseInto({ matrix: buffer, stride, ...call }),
    encode: ({ isLast } = {}) => [
      { name: SIZE, data: Float64Array.of(itemCount) },
      { name: VALUES, data: isLast ? matrix.packInPlace() : matrix.pack() },
    ],
    release: () => matrix.release(),
  });
}
