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
 * Item kNN whose norms weigh unequally (Aiolli 2013): W[i, j] = Σ_u X_ui Xw_uj / (|X_i|^2α |Xw_j|^2(1−α) + shrinkage). With α ½
 * it is the cosine. A larger α divides more by the source item, a smaller one by the item to recommend.
 */
export const asymmetricCosineKnn: Algorithm = {
  name: "AsymmetricCosineKNN",
  epochs: null,
  cost: similarityCost(({ feature_weighting: scheme }) => (scheme === "NONE" ? 0 : 1)),
  planSearch: null,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  decode: (sections, kernels) => decodeSimilarityModel("AsymmetricCosineKNN", sections, kernels),
  storedUserRows: noUserRows,
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams("AsymmetricCosineKNN", raw);
  requireInteractions(input);
  const plan = { algorithm: "AsymmetricCosineKNN", prepare: () => prepare(input, params) } as const;
  return new SimilarityFit(input, plan, checkpoint);
}

function* prepare(
  { userItems, itemUsers }: FitInput,
  params: ParamsOf<"AsymmetricCosineKNN">,
): Steps<RowRule> {
  const { feature_weighting: scheme, bm25_k1: k1, bm25_b: b, alpha, top_k: topK } = params;
  const targetValues = yield* weighFeatures(userItems, { scheme, k1, b });
  const sourceScales = yield* columnNorms(userItems, userItems.values, 2 * alpha);
  const targetScales = yield* columnNorms(userItems, targetValues, 2 - 2 * alpha);
  const floor = params.shrinkage + QUOTIENT_FLOOR;
  return {
    sourceValues: itemUsers.values,
    targetValues,
    topK: keptCount(topK),
    finishRow(item, sums, touched, count) {
      const own = sourceScales[item] as number;
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        sums[column] = (sums[column] as number) / (own * (targetScales[column] as number) + floor);
      }
    },
  };
}
