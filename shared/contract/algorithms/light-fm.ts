import { COMPONENTS } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

/** Penalty of one side's embeddings. */
const ALPHA = {
  kind: "float",
  default: 0,
  min: 0,
  max: 1e-3,
  search: { low: 1e-9, high: 1e-4, log: true },
} as const;

/** Whether each user or item has an embedding of its own beside those of its features. One without a table always has. */
const IDENTITY = { kind: "choice", default: true, choices: [true, false] } as const;

export const lightFm = defineAlgorithm({
  name: "LightFM",
  aliases: [],
  family: "factors",
  title: "LightFM",
  about: "Latent factors that are sums over features of users and items, learned from what people prefer.",
  source:
    "Kula 2015, Weston et al. 2011 (WARP); names and defaults as in LightFM's documentation; starting points from own searches.",
  params: {
    n_components: { ...COMPONENTS, search: { low: 8, high: 256, log: true } },
    loss: { kind: "choice", default: "warp", choices: ["warp", "bpr", "logistic"] },
    learning_schedule: { kind: "choice", default: "adagrad", choices: ["adagrad", "adadelta"] },
    /** Adadelta has none. */
    learning_rate: {
      kind: "float",
      default: 0.05,
      min: 1e-6,
      max: 1,
      search: { low: 5e-3, high: 0.2, log: true },
    },
    rho: { kind: "float", default: 0.95, min: 0, max: 0.9999 },
    epsilon: { kind: "float", default: 1e-6, min: 1e-12, max: 1 },
    item_alpha: ALPHA,
    user_alpha: ALPHA,
    max_sampled: { kind: "int", default: 10, min: 1, max: 1000 },
    /**
     * What the features of a row are divided by: the sum of their sizes, the sum with the row's own feature (as LightFM's data sets do),
     * or nothing.
     */
    normalization: { kind: "choice", default: "features", choices: ["features", "row", "none"] },
    /** Features are multiplied by this beside a row's own feature, whose value is 1. */
    feature_weight: { kind: "float", default: 0.5, min: 0, max: 100 },
    item_identity: IDENTITY,
    user_identity: IDENTITY,
    /** A step is as strong as this power of the interaction's weight; 0: all interactions are equal. */
    weight_power: { kind: "float", default: 0, min: 0, max: 1 },
    train_epochs: { kind: "int", default: 30, min: 1, max: 4096 },
  },
  paramAliases: {},
  startingPoints: [
    { n_components: 64, learning_rate: 0.05, item_alpha: 1e-6, user_alpha: 1e-6 },
    { n_components: 128, learning_rate: 0.05, item_alpha: 1e-7, user_alpha: 1e-7 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
