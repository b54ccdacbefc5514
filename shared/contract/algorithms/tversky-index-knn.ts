import { SHRINKAGE, TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const tverskyIndexKnn = defineAlgorithm({
  name: "TverskyIndexKNN",
  aliases: [],
  family: "item-neighbours",
  title: "Tversky KNN",
  about: "Overlap, with a weight for each of the two items.",
  source: "irspack 0.4.0",
  params: {
    top_k: TOP_K,
    shrinkage: SHRINKAGE,
    alpha: { kind: "float", default: 0.5, min: 0, max: 100, search: { low: 0, high: 2 } },
    beta: { kind: "float", default: 0.5, min: 0, max: 100, search: { low: 0, high: 2 } },
  },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
