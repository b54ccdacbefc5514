import { COSINE_ALPHA, FEATURE_WEIGHTING, SHRINKAGE, TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const asymmetricCosineUserKnn = defineAlgorithm({
  name: "AsymmetricCosineUserKNN",
  aliases: [],
  family: "user-neighbours",
  title: "Asymmetric user KNN",
  about: "Similar people, with a setting for how much heavy users count.",
  source: "irspack 0.4.0",
  params: { top_k: TOP_K, shrinkage: SHRINKAGE, alpha: COSINE_ALPHA, ...FEATURE_WEIGHTING },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
