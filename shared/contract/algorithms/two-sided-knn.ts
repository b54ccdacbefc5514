import { KEPT_TARGETS, KNOWN_SHARE, RECENCY, ROW_RECENCY } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const twoSidedKnn = defineAlgorithm({
  name: "TwoSidedKNN",
  aliases: [],
  family: "sequence",
  title: "Two-sided neighbours",
  about:
    "What stands before and after an item in people's histories, nearer ones count more. Needs an order. At most 25 MB: past 60,000 items each keeps fewer neighbours.",
  source: "Edgewise; ranges and starting points from own searches on sessions and purchase histories.",
  params: {
    top_k: KEPT_TARGETS,
    /** Places around an item that count. */
    window: { kind: "int", default: 50, min: 1, max: 1000 },
    /** Distance at which a place counts 1/e of the next one. */
    decay: { kind: "float", default: 4, min: 0.1, max: 1000, search: { low: 0.7, high: 16, log: true } },
    /** The least weight of a place within the window. */
    decay_floor: { kind: "float", default: 0, min: 0, max: 1, search: { low: 0, high: 0.3 } },
    /** How much what comes before a source counts, beside what comes after it. */
    after_weight: { kind: "float", default: 0.5, min: 0, max: 10, search: { low: 0, high: 1 } },
    row_power: { kind: "float", default: 0.4, min: -2, max: 2, search: { low: 0, high: 0.9 } },
    column_power: { kind: "float", default: 0.1, min: -2, max: 2, search: { low: -0.2, high: 0.5 } },
    ...ROW_RECENCY,
    ...RECENCY,
    ...KNOWN_SHARE,
  },
  paramAliases: {},
  startingPoints: [
    {
      ...{ decay: 4, decay_floor: 0, after_weight: 0.5, row_power: 0.5, column_power: 0.2 },
      ...{ recency_steps: 3, recency_floor: 0, recency_days: 3000 },
      ...{ row_recency: 1, known_share: null },
    },
    {
      ...{ decay: 4, decay_floor: 0.2, after_weight: 0.25, row_power: 0.4, column_power: 0.1 },
      ...{ recency_steps: 1.5, recency_floor: 0.02, recency_days: 400 },
      ...{ row_recency: 10, known_share: null },
    },
    // Where the last step says nearly all, and only what follows counts.
    {
      ...{ decay: 4, decay_floor: 0.1, after_weight: 0, row_power: 0.5, column_power: 0.3 },
      ...{ recency_steps: 0.7, recency_floor: 0.02, recency_days: 400 },
      ...{ row_recency: 5, known_share: null },
    },
  ],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
