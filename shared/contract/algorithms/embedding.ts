import { WEIGHT_POWER } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const embedding = defineAlgorithm({
  name: "Embedding",
  aliases: ["embeddings", "vectors"],
  family: "embedding",
  title: "Embedding",
  about:
    "Items whose vectors are near to those of a person's items. Needs a column of vectors in the table of items.",
  source:
    "Edgewise: cosine of the mean vector. Removing the mean and the first components as in Mu and Viswanath, All-but-the-Top (2018); ranges by judgement.",
  params: {
    /** The share of the mean of all vectors that is taken off each: what all texts have in common says nothing. */
    centring: { kind: "float", default: 1, min: 0, max: 1, search: { low: 0, high: 1 } },
    /** The directions in which vectors differ most are taken off, too. */
    components: { kind: "int", default: 0, min: 0, max: 16, search: { low: 0, high: 4 } },
    weight_power: WEIGHT_POWER,
    /** A person with n items is drawn to the mean of all people as by this many more. */
    shrink: { kind: "float", default: 0, min: 0, max: 1000 },
    /** The power of an item's number of users; 0 ranks by vectors alone. */
    popularity: { kind: "float", default: 0, min: 0, max: 2, search: { low: 0, high: 1 } },
  },
  paramAliases: {},
  startingPoints: [
    { centring: 1, components: 0, weight_power: 0.25, popularity: 0.25 },
    { centring: 0, components: 0, weight_power: 0.25, popularity: 0 },
  ],
  needsTimes: false,
  needsTables: ["vectors"],
  maxItems: null,
});
