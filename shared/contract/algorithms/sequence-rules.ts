import { KEPT_TARGETS, KNOWN_SHARE, RECENCY, ROW_RECENCY } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const sequenceRules = defineAlgorithm({
  name: "SequenceRules",
  aliases: ["sr"],
  family: "sequence",
  title: "Sequential rules",
  about:
    "What people took after an item, sooner and newer counts more. Needs an order. At most 25 MB: past 60,000 items each keeps fewer followers.",
  source: "Ludewig and Jannach 2018; powers, decay and starting points from own searches.",
  params: {
    top_k: KEPT_TARGETS,
    /** Places after an item that count. */
    steps: { kind: "int", default: 20, min: 1, max: 1000, search: { low: 1, high: 50, log: true } },
    ...ROW_RECENCY,
    row_power: { kind: "float", default: 0.2, min: -2, max: 2, search: { low: 0, high: 0.9 } },
    column_power: { kind: "float", default: 0, min: -2, max: 2, search: { low: -0.2, high: 0.3 } },
    ...RECENCY,
    ...KNOWN_SHARE,
  },
  paramAliases: {},
  startingPoints: [
    {
      ...{ steps: 20, row_recency: 0.5, row_power: 0.6, column_power: 0.1 },
      ...{ recency_steps: 2, recency_floor: 0, recency_days: 3000, known_share: null },
    },
    {
      ...{ steps: 20, row_recency: 10, row_power: 0.2, column_power: 0 },
      ...{ recency_steps: 1.5, recency_floor: 0.05, recency_days: 120, known_share: null },
    },
    // Where the last step says nearly all.
    {
      ...{ steps: 5, row_recency: 1, row_power: 0.75, column_power: 0.1 },
      ...{ recency_steps: 0.7, recency_floor: 0.02, recency_days: 400, known_share: null },
    },
  ],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
