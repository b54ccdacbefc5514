import { TOP_K } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const itemTransition = defineAlgorithm({
  name: "ItemTransition",
  aliases: [],
  family: "sequence",
  title: "Item transitions",
  about:
    "What people took after an item, sooner counts more. Needs a time column. At most 25 MB: in large catalogues each item keeps fewer followers.",
  source: "Edgewise: item-to-item transitions, each counted by 1 / distance; ranges by judgement.",
  params: {
    top_k: { ...TOP_K, search: { low: 10, high: 500, log: true } },
    /** How many of a user's interactions after an item count as steps from it. */
    max_distance: { kind: "int", default: 10, min: 1, max: 100, search: { low: 1, high: 20, log: true } },
  },
  paramAliases: {},
  startingPoints: [
    { top_k: 100, max_distance: 10 },
    { top_k: 200, max_distance: 3 },
  ],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
