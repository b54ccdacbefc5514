import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { transpose } from "../data/transpose.ts";
import type { Algorithm, FitInput, FitTask } from "./algorithm.ts";
import { type ParamsOf, requireInteractions, requireParams } from "./fit-guards.ts";
import { SimilarityFit, type SimilarityRule } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";
import { rowSums } from "./weight-powers.ts";

interface Walk {
  readonly alpha: number;
  readonly beta: number;
  readonly topK: number;
  readonly isNormalized: boolean;
  /** Whether `topK` counts the targets of each source; otherwise the sources of each target, as in irspack. */
  readonly isCutBySource: boolean;
}

/**
 * Walks from an item to one of its users to one of their items, each step chosen in proportion to weight^α (Cooper et al.
 * 2014): W[i, j] is the chance to get from i to j. Of each target j the top_k strongest sources are kept, as in irspack, or
 * with `cut_by` "source" of each source the strongest targets, which is far better on sparse data; with `normalize_weight` what is then left in a row sums to 1, the item's own share included.
 */
export const p3alpha: Algorithm = walkAlgorithm("P3alpha", (raw) => {
  const params = requireParams("P3alpha", raw);
  return { ...walkOf(params), beta: 0 };
});

/** P3alpha whose chance of item j is divided by popularity_j^β, so that less is recommended only because it is popular. */
export const rp3beta: Algorithm = walkAlgorithm("RP3beta", (raw) => {
  const params = requireParams("RP3beta", raw);
  return { ...walkOf(params), beta: params.beta };
});

function walkOf(params: ParamsOf<"P3alpha">): Omit<Walk, "beta"> {
  const { alpha, top_k: topK, normalize_weight: isNormalized } = params;
  return { alpha, topK, isNormalized, isCutBySource: params.cut_by === "source" };
}

function walkAlgorithm(name: "P3alpha" | "RP3beta", read: (raw: AlgorithmParams) => Walk): Algorithm {
  const beginFit = (input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask => {
    const walk = read(raw);
    requireInteractions(input);
    const rule = walk.isCutBySource ? sourceRule(input, walk) : targetRule(input, walk);
    const common = { algorithm: name, topK: walk.topK, keepsDiagonal: true };
    return new SimilarityFit(input, { ...common, ...rule }, checkpoint);
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

type WalkRule = Required<Pick<SimilarityRule, "sourceValues" | "targetValues" | "finishRow" | "layout">>;

/** Row j of the fit is column j of W: the sources i that lead to j, of which the top_k strongest are kept. */
function targetRule({ userItems, itemUsers }: FitInput, walk: Walk): WalkRule {
  const penalties = penaltiesOf(itemUsers, walk.beta);
  return {
    sourceValues: transpose({ ...userItems, values: stepChances(userItems, walk.alpha) }).values,
    targetValues: transpose({ ...itemUsers, values: stepChances(itemUsers, walk.alpha) }).values,
    finishRow(item, sums, touched, count) {
      const penalty = penalties[item] as number;
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        sums[column] = (sums[column] as number) / penalty;
      }
    },
    layout: { isTransposed: true, isNormalized: walk.isNormalized },
  };
}

/** Row i of the fit is row i of W: the targets j of which the top_k likeliest are kept. */
function sourceRule({ userItems, itemUsers }: FitInput, walk: Walk): WalkRule {
  const penalties = penaltiesOf(itemUsers, walk.beta);
  return {
    sourceValues: stepChances(itemUsers, walk.alpha),
    targetValues: stepChances(userItems, walk.alpha),
    finishRow(_item, sums, touched, count) {
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        sums[column] = (sums[column] as number) / (penalties[column] as number);
      }
    },
    layout: { isTransposed: false, isNormalized: walk.isNormalized },
  };
}

/** popularity^β of each item, 1 for one without interactions. */
function penaltiesOf(itemUsers: CsrMatrix, beta: number): Float64Array {
  return rowSums(itemUsers).map((popularity) => (popularity > 0 ? popularity ** beta : 1));
}

function divideBySum(values: Float32Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  if (sum === 0) return;
  for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) / sum;
}
