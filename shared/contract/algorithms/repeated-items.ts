import { defineAlgorithm } from "./definition.ts";

export const repeatedItems = defineAlgorithm({
  name: "RepeatedItems",
  aliases: [],
  family: "repeats",
  title: "Repeated items",
  about:
    "What a person took before, as people come back to things. Lists that leave out seen items stay empty.",
  source:
    "Edgewise: occurrences count by places and days back, items by how often people come back to them; ranges by judgement.",
  params: {
    /** Interactions back after which an occurrence counts 1/e as much. */
    decay: { kind: "float", default: 2, min: 0.1, max: 1e4, search: { low: 0.5, high: 20, log: true } },
    /** Days after which an occurrence counts 1/e as much. */
    decay_days: {
      kind: "float",
      default: null,
      nullable: true,
      nullMeans: "days do not matter",
      min: 1e-6,
      max: 1e6,
      search: { low: 1, high: 1000, log: true },
    },
    /** Power of the sum over the occurrences: 1 counts them, near 0 an item taken often counts as one taken once. */
    count_power: { kind: "float", default: 1, min: 0.01, max: 10, search: { low: 0.3, high: 2, log: true } },
    /** Power of the share of people who come back to the item. */
    return_power: { kind: "float", default: 0, min: 0, max: 10, search: { low: 0, high: 1.5 } },
    /** Whether the newest item itself may come again at once. */
    newest: { kind: "choice", default: false, choices: [false, true], search: true },
  },
  paramAliases: {},
  startingPoints: [
    { decay: 2, decay_days: 1000, count_power: 1, return_power: 0, newest: false },
    { decay: 5, decay_days: 100, count_power: 1, return_power: 0.5, newest: false },
  ],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
