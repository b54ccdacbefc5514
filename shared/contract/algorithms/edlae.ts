import { DENSE_POWERS, MAX_DENSE_ITEMS, RIDGE } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const edlae = defineAlgorithm({
  name: "EDLAE",
  aliases: [],
  family: "regression",
  title: "EDLAE",
  about: "EASE, trained so that an item does not predict itself.",
  source:
    "Steck 2020; defaults from own searches, as irspack's suit few data; ranges of reg and dropout_p as in irspack 0.4.0; degree powers and starting points from own searches.",
  params: {
    reg: { ...RIDGE, default: 200 },
    ...DENSE_POWERS,
    dropout_p: { kind: "float", default: 0.5, min: 0, max: 0.99, search: { low: 0, high: 0.99 } },
  },
  paramAliases: {},
  startingPoints: [
    { reg: 200, dropout_p: 0.8, b: 0.5, a: 0.3, c: 0.1 },
    { reg: 200, dropout_p: 0.6, b: 0, a: 0, c: 0 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: MAX_DENSE_ITEMS,
});
