import { FEATURE_WEIGHTING, SHRINKAGE, TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const cosineUserKnn = defineAlgorithm({
  name: "CosineUserKNN",
  aliases: [],
  family: "user-neighbours",
  title: "Cosine user KNN",
  about: "What people of a similar taste like.",
  source: "irspack 0.4.0",
  params: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    normalize: { kind: "choice", default: true, choices: [false, true], search: true },
    ...FEATURE_WEIGHTING,
  },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
