import { COMPONENTS, CONFIDENCE, UNOBSERVED_WEIGHT } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

/** In users or items that weigh as much as the penalty. */
const LAMBDA = { kind: "float", min: 1e-3, max: 1e9, search: { low: 1, high: 1e4, log: true } } as const;

export const featureIals = defineAlgorithm({
  name: "FeatureIALS",
  aliases: ["hybridials"],
  family: "factors",
  title: "iALS with features",
  about: "Latent factors near what the features of users and items say, also for new users and items.",
  source:
    "Edgewise: iALS with a linear prior from features, as in Agarwal and Chen 2009; lambda names as in irspack.",
  params: {
    n_components: { ...COMPONENTS, search: { low: 4, high: 300, log: true } },
    alpha0: UNOBSERVED_WEIGHT,
    reg: { kind: "float", default: 1e-2, min: 0, max: 1e3, search: { low: 1e-4, high: 1e-1, log: true } },
    nu: { kind: "float", default: 1, min: 0, max: 2 },
    /** Penalty of the map from the features of items to their factors. */
    lambda_item_feature: { ...LAMBDA, default: 100 },
    lambda_user_feature: { ...LAMBDA, default: 30 },
    ...CONFIDENCE,
    /** Early stopping chooses it during a study; a final fit runs exactly this number. */
    train_epochs: { kind: "int", default: 16, min: 1, max: 512 },
  },
  paramAliases: {},
  startingPoints: [
    { n_components: 64, alpha0: 0.3, reg: 0.01, lambda_item_feature: 100, lambda_user_feature: 30 },
    { n_components: 64, alpha0: 0.03, reg: 0.003, lambda_item_feature: 100, lambda_user_feature: 30 },
  ],
  needsTimes: false,
  needsTables: ["items", "users"],
  maxItems: null,
});
