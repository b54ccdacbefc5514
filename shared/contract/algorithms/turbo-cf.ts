import { TOP_K, WEIGHT_POWER } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const turboCf = defineAlgorithm({
  name: "TurboCF",
  aliases: [],
  family: "item-neighbours",
  title: "Turbo-CF",
  about: "The same smoothing, by a polynomial of item similarity.",
  source: "Park et al. 2024; ranges and starting points from own searches.",
  params: {
    alpha: { kind: "float", default: 0.6, min: 0, max: 1, search: { low: 0.2, high: 0.8 } },
    power: { kind: "float", default: 0.7, min: 0.1, max: 3, search: { low: 0.4, high: 1.3 } },
    order: { kind: "int", default: 1, min: 1, max: 3, search: { low: 1, high: 3 } },
    top_k: { ...TOP_K, default: 200, search: { low: 50, high: 500, log: true } },
    weight_power: WEIGHT_POWER,
  },
  paramAliases: {},
  startingPoints: [
    { alpha: 0.6, power: 0.7, order: 1, top_k: 200, weight_power: 0.25 },
    { alpha: 0.4, power: 1, order: 2, top_k: 500, weight_power: 0.25 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
