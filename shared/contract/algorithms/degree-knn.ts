import { POWER, TOP_K, WEIGHT_POWER } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const degreeKnn = defineAlgorithm({
  name: "DegreeKNN",
  aliases: [],
  family: "item-neighbours",
  title: "Degree-weighted KNN",
  about: "Items by shared people, with less weight for very active people and popular items.",
  source:
    "Edgewise: the family that holds cosine, P3alpha and RP3beta; ranges and starting points from own searches.",
  params: {
    /** Powers of a user's, a source item's and a target item's degree. */
    b: { ...POWER, default: 1, search: { low: 0, high: 1.5 } },
    a1: { ...POWER, default: 0.7, search: { low: 0, high: 1.2 } },
    a2: { ...POWER, default: 0.15, search: { low: -0.2, high: 1 } },
    top_k: { ...TOP_K, search: { low: 20, high: 500, log: true } },
    weight_power: WEIGHT_POWER,
  },
  paramAliases: {},
  startingPoints: [
    { b: 1, a1: 0.7, a2: 0.15, top_k: 100, weight_power: 0.25 },
    { b: 0.5, a1: 0.7, a2: 0.6, top_k: 200, weight_power: 0.25 },
    { b: 0.75, a1: 0.5, a2: 0.3, top_k: 200, weight_power: 0.25 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
