import type { AlgorithmName } from "#contract/algorithms.ts";
import { createBlend } from "./blend/blend.ts";
import { content } from "./content/content.ts";
import { embedding } from "./embedding/embedding.ts";
import { bpr } from "./factorization/bpr.ts";
import { featureIals } from "./factorization/feature-ials.ts";
import { ials } from "./factorization/ials.ts";
import { lightFm } from "./factorization/light-fm.ts";
import { nmf } from "./factorization/nmf.ts";
import { truncatedSvd } from "./factorization/truncated-svd.ts";
import { withNewcomers } from "./feature-map/with-newcomers.ts";
import type { Algorithm } from "./fit/algorithm.ts";
import { withFiniteFits } from "./fit/finite-fit.ts";
import { gfCf } from "./graph-filter/gf-cf.ts";
import { turboCf } from "./graph-filter/turbo-cf.ts";
import { asymmetricCosineKnn } from "./item-knn/asymmetric-cosine-knn.ts";
import { cosineKnn } from "./item-knn/cosine-knn.ts";
import { degreeKnn } from "./item-knn/degree-knn.ts";
import { jaccardKnn, tverskyIndexKnn } from "./item-knn/overlap-knn.ts";
import { p3alpha, rp3beta } from "./item-knn/random-walk.ts";
import { popularity } from "./popularity/popularity.ts";
import { trending } from "./popularity/trending.ts";
import { denseSlim, edlae } from "./regression/dense-slim.ts";
import { slim } from "./regression/slim.ts";
import { sparseSlim } from "./regression/sparse-slim.ts";
import { itemTransition } from "./sequence/item-transition.ts";
import { recentIals } from "./sequence/recent-ials.ts";
import { repeatedItems } from "./sequence/repeated-items.ts";
import { sequenceRules } from "./sequence/sequence-rules.ts";
import { sessionKnn } from "./sequence/session-knn.ts";
import { twoSidedKnn } from "./sequence/two-sided-knn.ts";
import { windowedPop } from "./sequence/windowed-pop.ts";
import { asymmetricCosineUserKnn, cosineUserKnn } from "./user-knn/user-knn.ts";
import { withReadableWeights } from "./weighting/with-readable-weights.ts";

const ALGORITHMS: Readonly<Record<AlgorithmName, Algorithm>> = {
  TopPop: popularity,
  Trending: trending,
  WindowedPop: windowedPop,
  CosineKNN: cosineKnn,
  IALS: ials,
  AsymmetricCosineKNN: asymmetricCosineKnn,
  JaccardKNN: jaccardKnn,
  TverskyIndexKNN: tverskyIndexKnn,
  CosineUserKNN: cosineUserKnn,
  AsymmetricCosineUserKNN: asymmetricCosineUserKnn,
  P3alpha: p3alpha,
  RP3beta: rp3beta,
  DenseSLIM: denseSlim,
  EDLAE: edlae,
  SLIM: slim,
  SparseSLIM: sparseSlim,
  TruncatedSVD: truncatedSvd,
  NMF: nmf,
  BPR: bpr,
  DegreeKNN: degreeKnn,
  GFCF: gfCf,
  TurboCF: turboCf,
  ItemTransition: itemTransition,
  FeatureIALS: featureIals,
  Content: content,
  Embedding: embedding,
  LightFM: lightFm,
  SequenceRules: sequenceRules,
  TwoSidedKNN: twoSidedKnn,
  SessionKNN: sessionKnn,
  RecentIALS: recentIals,
  RepeatedItems: repeatedItems,
  Blend: createBlend(algorithmOf),
};

const mapped = new Map<AlgorithmName, Algorithm>();

/**
 * The implementation of an algorithm by its name. It reads wide weights by their logarithms. Its fits fail if they end in NaN or
 * infinities; its models score new items and people where the data have features.
 */
export function algorithmOf(name: AlgorithmName): Algorithm {
  const algorithm = mapped.get(name) ?? withNewcomers(withFiniteFits(withReadableWeights(ALGORITHMS[name])));
  mapped.set(name, algorithm);
  return algorithm;
}
