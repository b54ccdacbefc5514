import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { Algorithm, FitInput, FitTask } from "./algorithm.ts";
import { columnNorms } from "./column-norms.ts";
import { weighFeatures } from "./feature-weighting.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { QUOTIENT_FLOOR, SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";

/**
 * Item kNN: W[i, j] = Σ_u X_ui · Xw_uj, where Xw carries the feature weighting and X does not; divided by
 * |X_i| |Xw_j| + shrinkage when `normalize` is set (shrinkage has no effect otherwise).
 */
export const cosineKnn: Algorithm = {
  name: "CosineKNN",
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  decode: (sections, kernels) => decodeSimilarityModel("CosineKNN", sections, kernels),
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams("CosineKNN", raw);
  requireInteractions(input);
  const { userItems, itemUsers } = input;
  const targetValues = weighFeatures(userItems, {
    scheme: params.feature_weighting,
    k1: params.bm25_k1,
    b: params.bm25_b,
  });
  const sourceNorms = columnNorms(userItems, userItems.values);
  const targetNorms = columnNorms(userItems, targetValues);
  const floor = params.shrinkage + QUOTIENT_FLOOR;
  const rule = {
    algorithm: "CosineKNN",
    sourceValues: itemUsers.values,
    targetValues,
    topK: params.top_k,
    finishRow(item: number, sums: Float32Array, touched: Uint32Array, count: number) {
      if (!params.normalize) return;
      const own = sourceNorms[item] as number;
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        sums[column] = (sums[column] as number) / (own * (targetNorms[column] as number) + floor);
      }
    },
  } as const;
  return new SimilarityFit(input, rule, checkpoint);
}
