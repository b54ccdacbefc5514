import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { Algorithm, FitInput, FitTask } from "./algorithm.ts";
import { columnNorms } from "./column-norms.ts";
import { weighFeatures } from "./feature-weighting.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { QUOTIENT_FLOOR, SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";

/**
 * Item kNN whose norms weigh unequally (Aiolli 2013): W[i, j] = Σ_u X_ui Xw_uj / (|X_i|^2α |Xw_j|^2(1−α) + shrinkage).
 * α ½ is the cosine; a larger α divides more by the item one has, a smaller one by the item to recommend.
 */
export const asymmetricCosineKnn: Algorithm = {
  name: "AsymmetricCosineKNN",
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  decode: (sections, kernels) => decodeSimilarityModel("AsymmetricCosineKNN", sections, kernels),
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams("AsymmetricCosineKNN", raw);
  requireInteractions(input);
  const { userItems, itemUsers } = input;
  const { feature_weighting: scheme, bm25_k1: k1, bm25_b: b, alpha } = params;
  const targetValues = weighFeatures(userItems, { scheme, k1, b });
  const sourceScales = columnNorms(userItems, userItems.values).map((norm) => norm ** (2 * alpha));
  const targetScales = columnNorms(userItems, targetValues).map((norm) => norm ** (2 - 2 * alpha));
  const floor = params.shrinkage + QUOTIENT_FLOOR;
  const rule = {
    algorithm: "AsymmetricCosineKNN",
    sourceValues: itemUsers.values,
    targetValues,
    topK: params.top_k,
    finishRow(item: number, sums: Float32Array, touched: Uint32Array, count: number) {
      const own = sourceScales[item] as number;
      for (let at = 0; at < count; at++) {
        const column = touched[at] as number;
        sums[column] = (sums[column] as number) / (own * (targetScales[column] as number) + floor);
      }
    },
  } as const;
  return new SimilarityFit(input, rule, checkpoint);
}
