import { featureIals } from "#contract/algorithms/feature-ials.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { FitCost } from "../cost/fit-cost.ts";
import { sizeOf } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { SECONDS_PER_FLOP } from "../cost/rates.ts";
import type { SearchPlan } from "../search/search-plan.ts";
import { dimOf, factorBytes, storedFactorBytes, strideOf } from "./factor-cost.ts";
import { IALS_COST } from "./ials-cost.ts";
import { planIalsSearch } from "./ials-search.ts";

/** A map in f32, a copy for a checkpoint, and one in a model. */
const MAP_BYTES = 3 * 4;
/** Buffers like it in kernel memory while the regression runs, and its product with rows of features: two more. */
const REGRESSION_BYTES = (4 + 2) * 4;
/** Columns of that product, at least, for each row. */
const LEAST_PANEL = 32;
/** The features of a side and their transpose. */
const SYSTEM_BYTES = 2 * 8;
/** Products with the matrix of features or its transpose in an epoch: two for each step of conjugate gradients, and three to begin. */
const MAP_PASSES = 11;

/** That of iALS, the prior of each row, and the larger map, which is fitted alone. */
export const FEATURE_IALS_COST: FitCost = {
  phases(shape, params) {
    const own = factorBytes(shape, dimOf(params));
    const { ofItems = 0, ofUsers = 0 } = shape.features ?? {};
    const { users, items, features } = shape;
    const maps = dimOf(params) * MAP_BYTES * (ofItems + ofUsers + 2);
    const systems = SYSTEM_BYTES * ((features?.entries ?? 0) + users + items);
    const inRegression =
      REGRESSION_BYTES * strideOf(params) * Math.max(ofItems + 1, ofUsers + 1) +
      4 * LEAST_PANEL * Math.max(users, items);
    const rows = 4 * (users + items);
    return IALS_COST.phases(shape, params).map(({ js, kernels }) => ({
      js: js + rows + maps + systems,
      kernels: kernels + own + inRegression,
    }));
  },
  storedBytes: (shape, params, isQuantized) =>
    storedFactorBytes(shape, params, isQuantized) + 4 * dimOf(params) * featuresIn(shape),
  seconds(shape, params) {
    const { users, items, interactions } = shape;
    const stride = strideOf(params);
    // Four products with each matrix of a row, by conjugate gradients.
    const rows = 16 * 2 * interactions * stride + 8 * (users + items) * stride ** 2;
    const epochs = sizeOf(params, "train_epochs");
    const maps = 2 * MAP_PASSES * ((shape.features?.entries ?? 0) + users + items) * stride;
    return IALS_COST.seconds(shape, params) + epochs * SECONDS_PER_FLOP * (rows + maps);
  },
};

const featuresIn = ({ features }: FitShape) => (features ? features.ofItems + features.ofUsers : 0);

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
