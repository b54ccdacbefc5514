import { SHRINKAGE, TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const jaccardKnn = defineAlgorithm({
  name: "JaccardKNN",
  aliases: [],
  family: "item-neighbours",
  title: "Jaccard KNN",
  about: "Items by the overlap of the people who like them.",
  source: "irspack 0.4.0",
  params: { top_k: TOP_K, shrinkage: SHRINKAGE },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
