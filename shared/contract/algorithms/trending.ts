import { defineAlgorithm } from "./definition.ts";

export const trending = defineAlgorithm({
  name: "Trending",
  aliases: [],
  family: "trend",
  title: "Trending",
  about: "What has been popular recently. Needs a time column.",
  source: "Edgewise: popularity with a half-life; from half a day to two years are searched.",
  params: {
    half_life_days: {
      kind: "float",
      default: 30,
      min: 1e-3,
      max: 36_500,
      search: { low: 0.5, high: 730, log: true },
    },
  },
  paramAliases: {},
  startingPoints: [{ half_life_days: 30 }, { half_life_days: 3 }],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
