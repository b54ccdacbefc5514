import { COMPONENTS, L1_RATIO } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const nmf = defineAlgorithm({
  name: "NMF",
  aliases: [],
  family: "factors",
  title: "NMF",
  about: "Latent factors that are never negative.",
  source: "Cichocki and Phan 2009; ranges of irspack 0.4.0.",
  params: {
    n_components: { ...COMPONENTS, search: { low: 4, high: 512 } },
    alpha: { kind: "float", default: 0.01, min: 0, max: 1e3, search: { low: 1e-10, high: 0.1, log: true } },
    l1_ratio: L1_RATIO,
    init: { kind: "choice", default: "nndsvda", choices: ["nndsvda", "nndsvd", "random"] },
  },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
