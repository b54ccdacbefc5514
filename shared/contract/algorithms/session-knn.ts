import { KNOWN_SHARE, ROW_RECENCY } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const sessionKnn = defineAlgorithm({
  name: "SessionKNN",
  aliases: ["vsknn", "sknn", "stan", "vstan"],
  family: "session-neighbours",
  title: "Session neighbours",
  about:
    "What stands in the histories that are most like this one, the newest items counting most. Needs an order. Keeps the newest 500,000 histories with 4 million places at most.",
  source: "Garg et al. 2019 (STAN), Ludewig et al. 2021 (VSTAN); starting points from own searches.",
  params: {
    /** Neighbours whose items count. */
    k: { kind: "int", default: 300, min: 1, max: 100_000, search: { low: 50, high: 1500, log: true } },
    /** Newest histories of each item that are looked at. */
    sample: { kind: "int", default: 2500, min: 1, max: 100_000, search: { low: 300, high: 5000, log: true } },
    /** Newest interactions of the request that count. */
    depth: { kind: "int", default: 50, min: 1, max: 1000 },
    /** Interactions back after which a shared item counts 1/e of the newest. */
    recency_steps: {
      kind: "float",
      default: 3,
      min: 0.1,
      max: 1e4,
      search: { low: 0.7, high: 10, log: true },
    },
    /** Places from the newest shared item after which an item of a neighbour counts 1/e. */
    reach: { kind: "float", default: 3, min: 0.1, max: 1e4, search: { low: 0.7, high: 15, log: true } },
    /** Interactions back after which a neighbour counts 1/e, by its newest shared item. */
    last_steps: { kind: "float", default: 3, min: 0.1, max: 1e4, search: { low: 1, high: 100, log: true } },
    /** A neighbour is divided by its length to this power. */
    length_power: { kind: "float", default: 0.3, min: -2, max: 2, search: { low: 0, high: 0.9 } },
    /** Power of an item's inverse document frequency. */
    idf_power: { kind: "float", default: 1, min: 0, max: 10, search: { low: 0, high: 2.5 } },
    ...ROW_RECENCY,
    ...KNOWN_SHARE,
  },
  paramAliases: {},
  startingPoints: [
    {
      ...{ k: 300, sample: 2500, recency_steps: 5, reach: 3, last_steps: 3 },
      ...{ length_power: 0.25, idf_power: 1, row_recency: 1 },
      known_share: null,
    },
    {
      ...{ k: 500, sample: 2500, recency_steps: 1.5, reach: 6, last_steps: 100 },
      ...{ length_power: 0.5, idf_power: 1, row_recency: 10 },
      known_share: null,
    },
  ],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
