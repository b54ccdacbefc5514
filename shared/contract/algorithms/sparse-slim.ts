import { POWER, RIDGE, TOP_K, WEIGHT_POWER } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const sparseSlim = defineAlgorithm({
  name: "SparseSLIM",
  aliases: ["sansa", "sparseease"],
  family: "regression",
  title: "Sparse EASE",
  about: "Every item predicted from the items most related to it, for large catalogues.",
  source: "Edgewise: EASE over each item's neighbours; ranges and starting points from own searches.",
  params: {
    /** In interactions, as in DenseSLIM; it is scaled together with the data by the powers below. */
    reg: { ...RIDGE, default: 200, search: { low: 10, high: 3000, log: true } },
    /** Powers of a user's, a source item's and a target item's degree; all 0 for plain EASE. */
    b: { ...POWER, default: 0.6, search: { low: 0, high: 1.2 } },
    a: { ...POWER, default: 0.2, search: { low: 0, high: 0.6 } },
    c: { ...POWER, default: 0.3, search: { low: 0, high: 0.6 } },
    /** Targets that each item may help to predict. Each is solved exactly, so all of them would take too long: never null. */
    top_k: { ...TOP_K, nullable: false, search: { low: 50, high: 200, log: true } },
    weight_power: WEIGHT_POWER,
    /** Of the properties of items, beside what users have; nothing without a table of items. 0 leaves them out. */
    feature_weight: { kind: "float", default: 0, min: 0, max: 1e6 },
  },
  paramAliases: {},
  startingPoints: [
    { reg: 200, b: 0.6, a: 0.2, c: 0.3, top_k: 100, weight_power: 0.25 },
    { reg: 100, b: 0.3, a: 0.1, c: 0.1, top_k: 200, weight_power: 0.25 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
