import type { AlgorithmParams } from "../../shared/contract/algorithms.ts";
import type { QualityCase } from "./quality-row.ts";

const GOWALLA_KNN: AlgorithmParams = { b: 1, a1: 0.7, a2: 0.15, top_k: 100 };
const GOWALLA_IALS: AlgorithmParams = { n_components: 256, alpha0: 0.01, reg: 0.003, train_epochs: 12 };

/** Parameters of published papers or, for our own recipes, of hold-outs of each user's last interactions. */
export const GOWALLA_CASES: readonly QualityCase[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "DegreeKNN", params: GOWALLA_KNN },
  { algorithm: "DegreeKNN", params: { ...GOWALLA_KNN, top_k: 50 } },
  { algorithm: "RP3beta", params: { beta: 0.15, top_k: 100, cut_by: "source" } },
  { algorithm: "GFCF", params: { n_components: 256, ideal_weight: 0.3 } },
  { algorithm: "TurboCF", params: { alpha: 0.6, power: 0.7, order: 1, top_k: 200 } },
  { algorithm: "TurboCF", params: { alpha: 0.6, power: 0.7, order: 1, top_k: 500 } },
  { algorithm: "IALS", params: GOWALLA_IALS },
  blendOf({ DegreeKNN: GOWALLA_KNN, IALS: GOWALLA_IALS }, { DegreeKNN: 1, IALS: 3 }),
];

export const MOVIELENS_CASES: readonly QualityCase[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "DegreeKNN", params: { b: 0.5, a1: 0.7, a2: 0.6, top_k: 200 } },
  { algorithm: "GFCF", params: { n_components: 64, ideal_weight: 0.6 } },
  { algorithm: "TurboCF", params: { alpha: 0.4, power: 1, order: 2, top_k: 1682 } },
];

/** A blend of components with their parameters and weights. */
export function blendOf(
  components: Readonly<Record<string, AlgorithmParams>>,
  weights: Readonly<Record<string, number>>,
): QualityCase {
  const params: Record<string, string | number | boolean> = { "weight.DegreeKNN": 0, "weight.IALS": 0 };
  for (const [name, weight] of Object.entries(weights)) params[`weight.${name}`] = weight;
  for (const [name, own] of Object.entries(components)) {
    for (const [param, value] of Object.entries(own)) params[`${name}.${param}`] = value;
  }
  return { algorithm: "Blend", params };
}
