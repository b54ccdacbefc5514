import { TOP_K, WALK } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const p3alpha = defineAlgorithm({
  name: "P3alpha",
  aliases: [],
  family: "item-neighbours",
  title: "P3alpha",
  about: "A random walk from person to item to person to item.",
  source: "Cooper et al. 2014; ranges of irspack 0.4.0, default of cut_by from own searches.",
  params: {
    alpha: WALK.alpha,
    top_k: { ...TOP_K, search: { low: 10, high: 1000 } },
    normalize_weight: WALK.normalize_weight,
    cut_by: { ...WALK.cut_by, default: "auto" },
  },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
