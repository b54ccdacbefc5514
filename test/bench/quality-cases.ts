import type { QualityCase } from "./quality-row.ts";

/** Parameters of published papers or, for our own recipes, of hold-outs of each user's last interactions. */
export const GOWALLA_CASES: readonly QualityCase[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "DegreeKNN", params: { b: 1, a1: 0.7, a2: 0.15, top_k: 100 } },
  { algorithm: "DegreeKNN", params: { b: 1, a1: 0.7, a2: 0.15, top_k: 50 } },
  { algorithm: "RP3beta", params: { beta: 0.15, top_k: 100, cut_by: "source" } },
  { algorithm: "IALS", params: { n_components: 256, alpha0: 0.01, reg: 0.003, train_epochs: 12 } },
];

export const MOVIELENS_CASES: readonly QualityCase[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "DegreeKNN", params: { b: 0.5, a1: 0.7, a2: 0.6, top_k: 200 } },
];
