import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { transpose } from "../data/transpose.ts";
import type { Algorithm, FitInput, FitTask } from "./algorithm.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";

interface Walk {
  readonly alpha: number;
  readonly beta: number;
  readonly topK: number;
  readonly isNormalized: boolean;
}

/**
 * Walks from an item to one of its users to one of their items, each step chosen in proportion to weight^α (Cooper et al.
 * 2014): W[i, j] is the chance to get from i to j. Of each target j the top_k strongest sources are kept;
 * with `normalize_weight` what is then left in a row sums to 1, the item's own share included.
 */
export const p3alpha: Algorithm = walkAlgorithm("P3alpha", (raw) => {
  const params = requireParams("P3alpha", raw);
  return { alpha: params.alpha, beta: 0, topK: params.top_k, isNormalized: params.normalize_weight };
});

/** P3alpha whose chance of item j is divided by popularity_j^β, so that less is recommended only because it is popular. */
export const rp3beta: Algorithm = walkAlgorithm("RP3beta", (raw) => {
  const params = requireParams("RP3beta", raw);
  const { alpha, beta, top_k: topK, normalize_weight: isNormalized } = params;
  return { alpha, beta, topK, isNormalized };
});

function walkAlgorithm(name: "P3alpha" | "RP3beta", walkOf: (raw: AlgorithmParams) => Walk): Algorithm {
  const beginFit = (input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask => {
    const walk = walkOf(raw);
    requireInteractions(input);
    const { userItems, itemUsers } = input;
    // Row j of the fit is column j of W: the sources i that lead to j, of which the top_k strongest are kept.
    const rule = {
      algorithm: name,
      sourceValues: transpose({ ...userItems, values: stepChances(userItems, walk.alpha) }).values,
      targetValues: transpose({ ...itemUsers, values: stepChances(itemUsers, walk.alpha) }).values,
      topK: walk.topK,
      finishRow: popularityRule(itemUsers, walk.beta),
      keepsDiagonal: true,
      finishMatrix: (kept: CsrMatrix) => finishMatrix(kept, walk.isNormalized),
    };
    return new SimilarityFit(input, rule, checkpoint);
  };
  return {
    name,
    begin: (input, params) => beginFit(input, params),
    resume: beginFit,
    decode: (sections, kernels) => decodeSimilarityModel(name, sections, kernels),
  };
}

/** weight^α of each entry, divided by the sum of its row. */
function stepChances({ rowCount, indptr, values }: CsrMatrix, alpha: number): Float32Array {
  const chances = alpha === 1 ? values.slice() : values.map((value) => value ** alpha);
  for (let row = 0; row < rowCount; row++) {
    divideBySum(chances.subarray(indptr[row] as number, indptr[row + 1] as number));
  }
  return chances;
}

function popularityRule({ rowCount, indptr, values }: CsrMatrix, beta: number) {
  const penalties = new Float64Array(rowCount);
  for (let item = 0; item < rowCount; item++) {
    let popularity = 0;
    for (let at = indptr[item] as number; at < (indptr[item + 1] as number); at++) {
      popularity += values[at] as number;
    }
    penalties[item] = popularity ** beta;
  }
  return (item: number, sums: Float32Array, touched: Uint32Array, count: number): void => {
    const penalty = penalties[item] as number;
    for (let at = 0; at < count; at++) {
      const column = touched[at] as number;
      sums[column] = (sums[column] as number) / penalty;
    }
  };
}

/** Turns kept columns into rows, and drops the diagonal; rows are normalised before that, as in irspack. */
function finishMatrix(kept: CsrMatrix, isNormalized: boolean): CsrMatrix {
  const { rowCount, columnCount, indptr, indices, values } = transpose(kept);
  const starts = new Uint32Array(rowCount + 1);
  let length = 0;
  for (let row = 0; row < rowCount; row++) {
    const from = indptr[row] as number;
    const to = indptr[row + 1] as number;
    if (isNormalized) divideBySum(values.subarray(from, to));
    for (let at = from; at < to; at++) {
      if (indices[at] === row) continue;
      indices[length] = indices[at] as number;
      values[length] = values[at] as number;
      length++;
    }
    starts[row + 1] = length;
  }
  const others = { indices: indices.slice(0, length), values: values.slice(0, length) };
  return { rowCount, columnCount, indptr: starts, ...others };
}

function divideBySum(values: Float32Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  if (sum === 0) return;
  for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) / sum;
}
