import type { AlgorithmName, AlgorithmParams } from "../../shared/contract/algorithms.ts";

/** One fit of the bench, and the number that its seconds are divided by, apart from interactions. */
export interface BenchFit {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

const IALS = { n_components: 64, train_epochs: 2 };
const WIDE_IALS = { n_components: 256, train_epochs: 1 };

/** Every algorithm that fits any number of items; the dense ones, for up to 4,096 items, have their own place in `peers`. */
export const BENCH_FITS: readonly BenchFit[] = [
  { algorithm: "TopPop", params: {} },
  { algorithm: "CosineKNN", params: { top_k: 100, normalize: true } },
  { algorithm: "CosineKNN", params: { top_k: 100, normalize: true, feature_weighting: "TF_IDF" } },
  { algorithm: "AsymmetricCosineKNN", params: { top_k: 100 } },
  { algorithm: "JaccardKNN", params: { top_k: 100 } },
  { algorithm: "TverskyIndexKNN", params: { top_k: 100 } },
  { algorithm: "P3alpha", params: { top_k: 100 } },
  { algorithm: "RP3beta", params: { top_k: 100 } },
  { algorithm: "RP3beta", params: { top_k: 100, cut_by: "source" } },
  { algorithm: "DegreeKNN", params: { top_k: 100 } },
  { algorithm: "TurboCF", params: { top_k: 200 } },
  { algorithm: "SparseSLIM", params: { top_k: 100 } },
  { algorithm: "CosineUserKNN", params: { top_k: 100 } },
  { algorithm: "AsymmetricCosineUserKNN", params: { top_k: 100 } },
  { algorithm: "TruncatedSVD", params: { n_components: 64 } },
  { algorithm: "GFCF", params: { n_components: 64, ideal_weight: 0.3 } },
  { algorithm: "GFCF", params: { n_components: 256, ideal_weight: 0.3 } },
  { algorithm: "IALS", params: IALS },
  { algorithm: "IALS", params: WIDE_IALS },
  { algorithm: "NMF", params: { n_components: 16 } },
  { algorithm: "BPR", params: { n_components: 64, train_epochs: 2 } },
  { algorithm: "LightFM", params: { n_components: 64, train_epochs: 2 } },
  {
    algorithm: "Blend",
    params: blendOf({ "DegreeKNN.top_k": 100, "IALS.n_components": 256, "IALS.train_epochs": 1 }),
  },
];

function blendOf(own: AlgorithmParams): AlgorithmParams {
  return { "weight.DegreeKNN": 1, "weight.IALS": 2, ...own };
}
