import { TOP_K, WALK } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const rp3beta = defineAlgorithm({
  name: "RP3beta",
  aliases: [],
  family: "item-neighbours",
  title: "RP3beta",
  about: "The same walk, with less weight for popular items.",
  source:
    "Christoffel et al. 2015, Paudel et al. 2017; ranges of irspack 0.4.0, defaults of beta and cut_by from own searches.",
  params: {
    alpha: WALK.alpha,
    beta: { kind: "float", default: 0.3, min: 0, max: 10, search: { low: 1e-5, high: 0.5, log: true } },
    top_k: { ...TOP_K, search: { low: 2, high: 1000 } },
    normalize_weight: WALK.normalize_weight,
    cut_by: WALK.cut_by,
  },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
