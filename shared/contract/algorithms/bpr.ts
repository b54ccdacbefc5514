import { COMPONENTS } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

/** Regularisation of one side's factors. */
const ALPHA = {
  kind: "float",
  default: 1e-2,
  min: 0,
  max: 10,
  search: { low: 1e-9, high: 1e-2, log: true },
} as const;

export const bpr = defineAlgorithm({
  name: "BPR",
  aliases: ["bprfm"],
  family: "factors",
  title: "BPR",
  about: "Latent factors, learned from which items people prefer to others.",
  source:
    "Rendle et al. 2009, Weston et al. 2011 (WARP); ranges of irspack 0.4.0 (BPRFM); starting points from own searches.",
  params: {
    n_components: { ...COMPONENTS, search: { low: 4, high: 256, log: true } },
    item_alpha: ALPHA,
    user_alpha: ALPHA,
    loss: { kind: "choice", default: "bpr", choices: ["bpr", "warp"], search: true },
    /** WARP needs about a fifth of the value for BPR. */
    learning_rate: {
      kind: "float",
      default: 0.05,
      min: 1e-6,
      max: 10,
      search: { low: 5e-3, high: 0.1, log: true },
    },
    train_epochs: { kind: "int", default: 64, min: 1, max: 4096 },
  },
  paramAliases: {},
  startingPoints: [
    { n_components: 64, item_alpha: 1e-5, user_alpha: 1e-5, loss: "warp", learning_rate: 0.01 },
    { n_components: 64, item_alpha: 1e-5, user_alpha: 1e-5, loss: "bpr", learning_rate: 0.05 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
