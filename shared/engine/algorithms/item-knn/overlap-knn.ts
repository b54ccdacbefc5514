import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { keptCount, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { similarityCost } from "./similarity-cost.ts";
import { QUOTIENT_FLOOR, SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";
import type { RowRule } from "./similarity-rows.ts";

interface Overlap {
  readonly topK: number;
  readonly shrinkage: number;
  /** How much users of only the source item, and of only the target item, count against the pair. */
  readonly alpha: number;
  readonly beta: number;
}

/** Item kNN on the users of an item, whatever the weight: W[i, j] = |i ∩ j| / (|i ∪ j| + shrinkage). */
export const jaccardKnn: Algorithm = overlapAlgorithm("JaccardKNN", (raw) => {
  const params = requireParams("JaccardKNN", raw);
  return { topK: keptCount(params.top_k), shrinkage: params.shrinkage, alpha: 1, beta: 1 };
});

/** Tversky's index: W[i, j] = |i ∩ j| / (|i ∩ j| + α |i \ j| + β |j \ i| + shrinkage). α = β = 1 is Jaccard's. */
export const tverskyIndexKnn: Algorithm = overlapAlgorithm("TverskyIndexKNN", (raw) => {
  const params = requireParams("TverskyIndexKNN", raw);
  return {
    topK: keptCount(params.top_k),
    shrinkage: params.shrinkage,
    alpha: params.alpha,
    beta: params.beta,
  };
});

function overlapAlgorithm(
  name: "JaccardKNN" | "TverskyIndexKNN",
  overlapOf: (raw: AlgorithmParams) => Overlap,
): Algorithm {
  const beginFit = (input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask => {
    const overlap = overlapOf(raw);
    requireInteractions(input);
    const prepare = () => prepareOverlap(input, overlap);
    return new SimilarityFit(input, { algorithm: name, prepare }, checkpoint);
  };
  return {
    name,
    epochs: null,
    cost: similarityCost(() => 1),
    planSearch: null,
    begin: (input, params) => beginFit(input, params),
    resume: beginFit,
    decode: (sections, kernels) => decodeSimilarityModel(name, sections, kernels),
    storedUserRows: noUserRows,
  };
}

function* prepareOverlap(input: FitInput, overlap: Overlap): Steps<RowRule> {
  const ones = new Float32Array(input.userItems.values.length).fill(1);
  yield;
  return { sourceValues: ones, targetValues: ones, topK: overlap.topK, ...overlapRule(input, overlap) };
}

/** Counts make equal quotients, such as 1/2 and 2/4. Only the floor distinguishes them, by less than f32 can hold. */
function overlapRule(
  { itemUsers }: FitInput,
  { shrinkage, alpha, beta }: Overlap,
): Pick<RowRule, "finishRow" | "exactOf"> {
  const { indptr, rowCount } = itemUsers;
  const shared = new Float32Array(rowCount);
  const countOf = (item: number) => (indptr[item + 1] as number) - (indptr[item] as number);
  const floor = shrinkage + QUOTIENT_FLOOR;
  const exactOf = (item: number, column: number): number => {
    const both = shared[column] as number;
    return both / (alpha * countOf(item) + floor + beta * countOf(column) + (1 - alpha - beta) * both);
  };
  return {
    exactOf,
    finishRow(item, sums, touched, count) {
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        shared[column] = sums[column] as number;
        sums[column] = exactOf(item, column);
      }
    },
  };
}
