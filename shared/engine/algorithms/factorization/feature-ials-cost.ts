import { featureIals } from "#contract/algorithms/feature-ials.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { FitCost } from "../cost/fit-cost.ts";
import { sizeOf } from "../cost/fit-cost.ts";
import { SECONDS_PER_FLOP } from "../cost/rates.ts";
import type { SearchPlan } from "../search/search-plan.ts";
import { dimOf, factorBytes, storedFactorBytes, strideOf } from "./factor-cost.ts";
import { IALS_COST } from "./ials-cost.ts";
import { planIalsSearch } from "./ials-search.ts";

/** That of iALS, and the prior of each row. The maps depend on the features, which are not known here. */
export const FEATURE_IALS_COST: FitCost = {
  phases(shape, params) {
    const own = factorBytes(shape, dimOf(params));
    const maps = 4 * (shape.users + shape.items);
    return IALS_COST.phases(shape, params).map(({ js, kernels }) => ({
      js: js + maps,
      kernels: kernels + own,
    }));
  },
  storedBytes: storedFactorBytes,
  seconds(shape, params) {
    const { users, items, interactions } = shape;
    const stride = strideOf(params);
    // Four products with each matrix of a row, by conjugate gradients.
    const rows = 16 * 2 * interactions * stride + 8 * (users + items) * stride ** 2;
    return IALS_COST.seconds(shape, params) + SECONDS_PER_FLOP * sizeOf(params, "train_epochs") * rows;
  },
};

/** Where iALS searches; the penalties of the maps have no better start on given data. */
export function planFeatureIalsSearch(userItems: CsrMatrix, budget: number | undefined): SearchPlan {
  const plan = planIalsSearch(userItems, budget);
  const { lambda_item_feature, lambda_user_feature } = featureIals.params;
  const lambdas = {
    lambda_item_feature: lambda_item_feature.default,
    lambda_user_feature: lambda_user_feature.default,
  };
  return { ...plan, ...(plan.starts && { starts: plan.starts.map((start) => ({ ...start, ...lambdas })) }) };
}
