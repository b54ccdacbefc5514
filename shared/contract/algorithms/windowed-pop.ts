import { defineAlgorithm } from "./definition.ts";

export const windowedPop = defineAlgorithm({
  name: "WindowedPop",
  aliases: ["recentpop"],
  family: "trend",
  title: "Popular in a window",
  about: "What is most popular among the newest interactions. Needs an order or a time column.",
  source: "Edgewise: popularity in a window; from a thousandth to half of the interactions are searched.",
  params: {
    /** Share of the interactions that count, the newest. */
    window: { kind: "float", default: 0.05, min: 1e-6, max: 1, search: { low: 1e-3, high: 0.5, log: true } },
  },
  paramAliases: {},
  startingPoints: [{ window: 0.05 }, { window: 0.005 }],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
