import { defineAlgorithm } from "./definition.ts";

export const repeatedItems = defineAlgorithm({
  name: "RepeatedItems",
  aliases: [],
  family: "repeats",
  title: "Repeated items",
  about:
    "What a person took before, as people come back to things. Lists that leave out seen items stay empty.",
  source: "Edgewise: each occurrence counts e^(−places back / decay); ranges by judgement.",
  params: {
    /** Interactions back after which an occurrence counts 1/e as much. */
    decay: { kind: "float", default: 2, min: 0.1, max: 1e4, search: { low: 0.5, high: 20, log: true } },
    /** Whether the newest item itself may come again at once. */
    newest: { kind: "choice", default: false, choices: [false, true], search: true },
  },
  paramAliases: {},
  startingPoints: [{ decay: 2, newest: false }],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
