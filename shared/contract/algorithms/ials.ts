import { COMPONENTS, CONFIDENCE, UNOBSERVED_WEIGHT } from "./common-params.ts";
import { defineAlgorithm } from "./definition.ts";

export const ials = defineAlgorithm({
  name: "IALS",
  aliases: [],
  family: "factors",
  title: "iALS",
  about: "Latent factors, by implicit alternating least squares.",
  source: "Rendle et al. 2021; ranges of irspack 0.4.0; starting points from own searches.",
  params: {
    n_components: { ...COMPONENTS, search: { low: 4, high: 300, log: true } },
    alpha0: UNOBSERVED_WEIGHT,
    reg: { kind: "float", default: 1e-2, min: 0, max: 1e3, search: { low: 1e-4, high: 1e-1, log: true } },
    nu: { kind: "float", default: 1, min: 0, max: 2 },
    ...CONFIDENCE,
    /**
     * Solver of a row: conjugate-gradient steps, the same preconditioned by the Gram matrix, exact Cholesky, or blocks of
     * coordinates. Preconditioning needs alpha0 and reg above 0. The default is the fastest for dim and density.
     */
    solver: {
      kind: "choice",
      default: "auto",
      choices: ["auto", "cg", "preconditioned", "cholesky", "subspace"],
    },
    /** Early stopping chooses it during a study; a final fit runs exactly this number. */
    train_epochs: { kind: "int", default: 16, min: 1, max: 512 },
  },
  paramAliases: {
    solver_type: { param: "solver", values: { CG: "cg", CHOLESKY: "cholesky", IALSPP: "subspace" } },
  },
  startingPoints: [
    { n_components: 64, alpha0: 0.3, reg: 0.01 },
    { n_components: 64, alpha0: 0.03, reg: 0.003 },
    { n_components: 128, alpha0: 0.01, reg: 0.003 },
  ],
  needsTimes: false,
  needsTables: [],
  maxItems: null,
});
