import { COMPONENTS, UNOBSERVED_WEIGHT } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const recentIals = defineAlgorithm({
  name: "RecentIALS",
  aliases: [],
  family: "factors",
  title: "Recent iALS",
  about:
    "iALS that looks for a person's factors by the newest items first. Needs an order. Factors past 25 MB are stored at one byte each.",
  source: "Rendle et al. 2021 with confidences that decay; starting points from own searches.",
  params: {
    n_components: { ...COMPONENTS, search: { low: 16, high: 96, log: true } },
    alpha0: UNOBSERVED_WEIGHT,
    reg: { kind: "float", default: 1e-2, min: 0, max: 1e3, search: { low: 1e-4, high: 1e-1, log: true } },
    nu: { kind: "float", default: 1, min: 0, max: 2 },
    recency_steps: {
      kind: "float",
      default: 1.5,
      min: 0,
      max: 1e4,
      search: { low: 0.5, high: 20, log: true },
    },
    recency_floor: { kind: "float", default: 0.1, min: 0, max: 1, search: { low: 0, high: 0.3 } },
    /** Early stopping chooses it during a study; a final fit runs exactly this number. */
    train_epochs: { kind: "int", default: 8, min: 1, max: 512 },
  },
  paramAliases: {},
  startingPoints: [
    { n_components: 64, alpha0: 0.03, reg: 0.003, recency_steps: 1.5, recency_floor: 0.1 },
    { n_components: 64, alpha0: 0.01, reg: 0.01, recency_steps: 1.5, recency_floor: 0.1 },
  ],
  needsTimes: true,
  needsTables: [],
  maxItems: null,
});
