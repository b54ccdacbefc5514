import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { keptCount, type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { columnNorms } from "../weighting/column-norms.ts";
import { weighFeatures } from "../weighting/feature-weighting.ts";
import { similarityCost } from "./similarity-cost.ts";
import { QUOTIENT_FLOOR, SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";
import type { RowRule } from "./similarity-rows.ts";

/**
 * Item kNN: W[i, j] = Σ_u X_ui · Xw_uj, where Xw carries the feature weighting and X does not. It is divided by
 * |X_i| |Xw_j| + shrinkage when `normalize` is set (shrinkage has no effect otherwise).
 */
export const cosineKnn: Algorithm = {
  name: "CosineKNN",
  epochs: null,
  cost: similarityCost(({ feature_weighting: scheme }) => (scheme === "NONE" ? 0 : 1)),
  planSearch: null,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  decode: (sections, kernels) => decodeSimilarityModel("CosineKNN", sections, kernels),
  storedUserRows: noUserRows,
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams("CosineKNN", raw);
  requireInteractions(input);
  const plan = { algorithm: "CosineKNN", prepare: () => prepare(input, params) } as const;
  return new SimilarityFit(input, plan, checkpoint);
}

function* prepare({ userItems, itemUsers }: FitInput, params: ParamsOf<"CosineKNN">): Steps<RowRule> {
  const { feature_weighting: scheme, bm25_k1: k1, bm25_b: b, normalize: isNormalized, top_k: topK } = params;
  const targetValues = yield* weighFeatures(userItems, { scheme, k1, b });
  const sourceNorms = yield* columnNorms(userItems, userItems.values);
  const targetNorms = yield* columnNorms(userItems, targetValues);
  const floor = params.shrinkage + QUOTIENT_FLOOR;
  return {
    sourceValues: itemUsers.values,
    targetValues,
    topK: keptCount(topK),
    finishRow(item, sums, touched, count) {
      if (!isNormalized) return;
      const own = sourceNorms[item] as number;
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        sums[column] = (sums[column] as number) / (own * (targetNorms[column] as number) + floor);
      }
    },
  };
}
