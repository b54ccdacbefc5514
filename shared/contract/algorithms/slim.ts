import { L1_RATIO } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const slim = defineAlgorithm({
  name: "SLIM",
  aliases: [],
  family: "regression",
  title: "SLIM",
  about: "Every item predicted from a few others.",
  source: "Ning and Karypis 2011; ranges of irspack 0.4.0.",
  params: {
    alpha: { kind: "float", default: 0.05, min: 0, max: 1e3, search: { low: 1e-5, high: 1, log: true } },
    l1_ratio: L1_RATIO,
    positive_only: { kind: "choice", default: true, choices: [true, false] },
    n_iter: { kind: "int", default: 100, min: 1, max: 10_000 },
    /** The descent ends with a pass that changes no coefficient by more than this. */
    tol: { kind: "float", default: 1e-4, min: 0, max: 1 },
    /** Coefficients kept of each item; the default is as good as keeping all. */
    top_k: { kind: "int", default: 10_000, min: 1, max: 10_000, nullable: true },
  },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
