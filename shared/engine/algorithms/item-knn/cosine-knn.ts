import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { keptCount, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { weighItemRows, weighingFacts, weighUserRows } from "../weighting/feature-weighting.ts";
import { rowSums, squaredRowSums } from "../weighting/weight-powers.ts";
import { similarityCost } from "./similarity-cost.ts";
import { QUOTIENT_FLOOR, SimilarityFit } from "./similarity-fit.ts";
import { decodeSimilarityModel } from "./similarity-model.ts";
import { rowRuleOf, type SimilarityFacts, type SimilarityWeights } from "./similarity-weights.ts";

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
  const weights = cosineKnnWeights(raw);
  requireInteractions(input);
  const plan = { algorithm: "CosineKNN", prepare: () => rowRuleOf(weights, input) } as const;
  return new SimilarityFit(input, plan, checkpoint);
}

/**
 * The weights of the sums. Sums of users are their lengths; sums of items are the squares of their weights and their users, and then,
 * with a feature weighting, the squares of what that makes of their weights.
 */
export function cosineKnnWeights(raw: AlgorithmParams): SimilarityWeights {
  const params = requireParams("CosineKNN", raw);
  const { feature_weighting: scheme, bm25_k1: k1, bm25_b: b, normalize: isNormalized } = params;
  const options = { scheme, k1, b };
  const floor = params.shrinkage + QUOTIENT_FLOOR;
  return {
    topK: keptCount(params.top_k),
    sumUsers: function* (rows) {
      return scheme === "NONE" ? [] : [yield* rowSums(rows)];
    },
    sumItems: function* (rows) {
      return [yield* squaredRowSums(rows), countsOf(rows)];
    },
    ...(scheme !== "NONE" && {
      sumItemsAgain: function* (rows: CsrMatrix, firstItem: number, facts: SimilarityFacts) {
        const values = weighItemRows(rows, firstItem, options, factsOf(facts, scheme));
        return [yield* squaredRowSums({ ...rows, values })];
      },
    }),
    // biome-ignore lint/correctness/useYield: nothing is computed
    sourceValues: function* (rows) {
      return rows.values;
    },
    targetValues: function* (rows, firstUser, facts) {
      if (scheme === "NONE") return rows.values;
      return yield* weighUserRows(rows, firstUser, options, factsOf(facts, scheme));
    },
    finishRow({ itemSums: [squares = new Float64Array(), , targetSquares = squares] }) {
      const sourceNorms = squares.map(Math.sqrt);
      const targetNorms = targetSquares.map(Math.sqrt);
      return (item, sums, touched, count) => {
        if (!isNormalized) return;
        const own = sourceNorms[item] as number;
        for (let at = 0; at < count; at++) {
          const column = touched[at] as number;
          sums[column] = (sums[column] as number) / (own * (targetNorms[column] as number) + floor);
        }
      };
    },
  };
}

function factsOf({ userSums, itemSums }: SimilarityFacts, scheme: "TF_IDF" | "BM_25") {
  const [lengths = new Float64Array()] = userSums;
  return weighingFacts(lengths, itemSums[1] ?? new Float64Array(), scheme);
}

function countsOf({ rowCount, indptr }: CsrMatrix): Float64Array {
  return Float64Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
}
