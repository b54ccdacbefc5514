import { COMPONENTS } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const truncatedSvd = defineAlgorithm({
  name: "TruncatedSVD",
  aliases: ["puresvd"],
  family: "spectrum",
  title: "Truncated SVD",
  about: "Latent factors, by singular values.",
  source: "Cremonesi et al. 2010 (PureSVD); ranges of irspack 0.4.0.",
  params: { n_components: { ...COMPONENTS, default: 4, search: { low: 4, high: 512 } } },
  paramAliases: {},
  startingPoints: [],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
