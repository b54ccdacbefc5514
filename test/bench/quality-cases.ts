import type { AlgorithmParams } from "../../shared/contract/algorithms.ts";
import type { QualityCase } from "./quality-row.ts";

const GOWALLA_KNN: AlgorithmParams = { b: 1, a1: 0.7, a2: 0.15, top_k: 100 };
const GOWALLA_IALS: AlgorithmParams = { n_components: 256, alpha0: 0.01, reg: 0.003, train_epochs: 6 };
const MOVIELENS_IALS: AlgorithmParams = { n_components: 64, alpha0: 0.6, reg: 0.01, train_epochs: 16 };

const WEAK_PENALTY: AlgorithmParams = { item_alpha: 1e-5, user_alpha: 1e-5 };

/** Parameters of published papers, or, for our own recipes, chosen on hold-outs of each user's last interactions. */
export const GOWALLA_CASES: readonly QualityCase[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "DegreeKNN", params: GOWALLA_KNN },
  { algorithm: "DegreeKNN", params: { ...GOWALLA_KNN, top_k: 50 } },
  { algorithm: "RP3beta", params: { beta: 0.15, top_k: 100, cut_by: "source" } },
  { algorithm: "CosineKNN", params: { top_k: 200, shrinkage: 20, normalize: true } },
  { algorithm: "AsymmetricCosineKNN", params: { top_k: 200, alpha: 0.5, shrinkage: 20 } },
  { algorithm: "JaccardKNN", params: { top_k: 200, shrinkage: 20 } },
  { algorithm: "TverskyIndexKNN", params: { top_k: 200, shrinkage: 20, alpha: 1, beta: 0.2 } },
  { algorithm: "CosineUserKNN", params: { top_k: 200, shrinkage: 0 } },
  { algorithm: "AsymmetricCosineUserKNN", params: { top_k: 200, shrinkage: 0, alpha: 0.5 } },
  { algorithm: "P3alpha", params: { top_k: 100, cut_by: "source" } },
  { algorithm: "GFCF", params: { n_components: 256, ideal_weight: 0.3 } },
  { algorithm: "GFCF", params: { n_components: 64, ideal_weight: 0.3 } },
  { algorithm: "TurboCF", params: { alpha: 0.6, power: 0.7, order: 1, top_k: 200 } },
  { algorithm: "TurboCF", params: { alpha: 0.6, power: 0.7, order: 1, top_k: 500 } },
  { algorithm: "SparseSLIM", params: {} },
  { algorithm: "TruncatedSVD", params: { n_components: 64 } },
  { algorithm: "NMF", params: { n_components: 64, alpha: 1e-6 } },
  { algorithm: "BPR", params: { loss: "bpr", learning_rate: 0.05, train_epochs: 128, ...WEAK_PENALTY } },
  { algorithm: "BPR", params: { loss: "warp", learning_rate: 0.05, train_epochs: 8, ...WEAK_PENALTY } },
  { algorithm: "IALS", params: { ...GOWALLA_IALS, n_components: 64, train_epochs: 5 } },
  { algorithm: "IALS", params: GOWALLA_IALS },
  blendOf(
    { DegreeKNN: GOWALLA_KNN, IALS: { ...GOWALLA_IALS, train_epochs: 12 } },
    { DegreeKNN: 1, IALS: 2.2 },
  ),
];

export const MOVIELENS_CASES: readonly QualityCase[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "DegreeKNN", params: { b: 0.5, a1: 0.7, a2: 0.6, top_k: 200 } },
  { algorithm: "CosineKNN", params: { top_k: 200, shrinkage: 0, normalize: true } },
  { algorithm: "AsymmetricCosineKNN", params: { top_k: 200, alpha: 0.5, shrinkage: 0 } },
  { algorithm: "JaccardKNN", params: { top_k: 200, shrinkage: 10 } },
  { algorithm: "TverskyIndexKNN", params: { top_k: 200, shrinkage: 10, alpha: 1, beta: 0.2 } },
  { algorithm: "CosineUserKNN", params: { top_k: 200, shrinkage: 0 } },
  { algorithm: "AsymmetricCosineUserKNN", params: { top_k: 200, shrinkage: 0, alpha: 0.5 } },
  { algorithm: "P3alpha", params: { top_k: 200 } },
  { algorithm: "RP3beta", params: { beta: 0.5, top_k: 200, cut_by: "target" } },
  { algorithm: "DenseSLIM", params: { reg: 500 } },
  { algorithm: "DenseSLIM", params: { reg: 500, b: 0.5, a: 0.3, c: 0.1 } },
  { algorithm: "EDLAE", params: { reg: 200, dropout_p: 0.8 } },
  { algorithm: "EDLAE", params: { reg: 200, dropout_p: 0.8, b: 0.5, a: 0.3, c: 0.1 } },
  { algorithm: "SparseSLIM", params: { reg: 200, b: 0.3, a: 0.1, c: 0.1, top_k: 200 } },
  { algorithm: "SLIM", params: { alpha: 0.19, l1_ratio: 0 } },
  { algorithm: "TruncatedSVD", params: { n_components: 32 } },
  { algorithm: "NMF", params: { n_components: 32 } },
  { algorithm: "BPR", params: { loss: "bpr", learning_rate: 0.02, train_epochs: 80, ...WEAK_PENALTY } },
  { algorithm: "BPR", params: { loss: "warp", learning_rate: 0.005, train_epochs: 52, ...WEAK_PENALTY } },
  { algorithm: "GFCF", params: { n_components: 64, ideal_weight: 0.6 } },
  { algorithm: "TurboCF", params: { alpha: 0.4, power: 1, order: 2, top_k: 1682 } },
  { algorithm: "IALS", params: MOVIELENS_IALS },
  blendOf({ EDLAE: { reg: 200, dropout_p: 0.8 }, IALS: MOVIELENS_IALS }, { EDLAE: 1, IALS: 2 }),
];

/** A blend of components with their parameters and weights. */
export function blendOf(
  components: Readonly<Record<string, AlgorithmParams>>,
  weights: Readonly<Record<string, number>>,
): QualityCase {
  const params: Record<string, string | number | boolean | null> = {
    "weight.DegreeKNN": 0,
    "weight.IALS": 0,
  };
  for (const [name, weight] of Object.entries(weights)) params[`weight.${name}`] = weight;
  for (const [name, own] of Object.entries(components)) {
    for (const [param, value] of Object.entries(own)) params[`${name}.${param}`] = value;
  }
  return { algorithm: "Blend", params };
}
