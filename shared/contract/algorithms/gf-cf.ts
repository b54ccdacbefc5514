import { COMPONENTS, WEIGHT_POWER } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const gfCf = defineAlgorithm({
  name: "GFCF",
  aliases: [],
  family: "spectrum",
  title: "GF-CF",
  about: "Smooths interactions over the graph of people and items, in closed form.",
  source: "Shen et al. 2021; ranges and starting points from own searches.",
  params: {
    n_components: { ...COMPONENTS, default: 128, search: { low: 16, high: 256, log: true } },
    ideal_weight: { kind: "float", default: 0.3, min: 0, max: 100, search: { low: 0, high: 2 } },
    weight_power: WEIGHT_POWER,
  },
  paramAliases: {},
  startingPoints: [
    { n_components: 256, ideal_weight: 0.3, weight_power: 0.25 },
    { n_components: 64, ideal_weight: 0.6, weight_power: 0.25 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
