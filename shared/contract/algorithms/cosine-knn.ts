import { FEATURE_WEIGHTING, SHRINKAGE, TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const cosineKnn = defineAlgorithm({
  name: "CosineKNN",
  aliases: [],
  family: "item-neighbours",
  title: "Cosine KNN",
  about: "Items that the same people like, by cosine.",
  source: "irspack 0.4.0; starting points from own searches.",
  params: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    normalize: { kind: "choice", default: false, choices: [false, true], search: true },
    ...FEATURE_WEIGHTING,
  },
  paramAliases: {},
  startingPoints: [
    { top_k: 100, shrinkage: 20, normalize: true, feature_weighting: "NONE" },
    { top_k: 500, shrinkage: 100, normalize: true, feature_weighting: "BM_25" },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
