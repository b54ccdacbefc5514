import { COSINE_ALPHA, FEATURE_WEIGHTING, SHRINKAGE, TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const asymmetricCosineKnn = defineAlgorithm({
  name: "AsymmetricCosineKNN",
  aliases: [],
  family: "item-neighbours",
  title: "Asymmetric cosine KNN",
  about: "Cosine, with a setting for how much popularity counts.",
  source: "irspack 0.4.0",
  params: { top_k: TOP_K, shrinkage: SHRINKAGE, alpha: COSINE_ALPHA, ...FEATURE_WEIGHTING },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
