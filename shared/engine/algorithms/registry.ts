import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Algorithm } from "./algorithm.ts";
import { asymmetricCosineKnn } from "./asymmetric-cosine-knn.ts";
import { createBlend } from "./blend.ts";
import { bpr } from "./bpr.ts";
import { cosineKnn } from "./cosine-knn.ts";
import { degreeKnn } from "./degree-knn.ts";
import { denseSlim, edlae } from "./dense-slim.ts";
import { withFiniteFits } from "./finite-fit.ts";
import { gfCf } from "./gf-cf.ts";
import { ials } from "./ials.ts";
import { nmf } from "./nmf.ts";
import { jaccardKnn, tverskyIndexKnn } from "./overlap-knn.ts";
import { popularity } from "./popularity.ts";
import { p3alpha, rp3beta } from "./random-walk.ts";
import { slim } from "./slim.ts";
import { sparseSlim } from "./sparse-slim.ts";
import { trending } from "./trending.ts";
import { truncatedSvd } from "./truncated-svd.ts";
import { turboCf } from "./turbo-cf.ts";
import { asymmetricCosineUserKnn, cosineUserKnn } from "./user-knn.ts";

const ALGORITHMS: Readonly<Record<AlgorithmName, Algorithm>> = {
  TopPop: popularity,
  Trending: trending,
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
  Blend: createBlend(algorithmOf),
};

const guarded = new Map<AlgorithmName, Algorithm>();

/** The implementation of an algorithm by its name; its fits fail where they end in numbers that are none. */
export function algorithmOf(name: AlgorithmName): Algorithm {
  const algorithm = guarded.get(name) ?? withFiniteFits(ALGORITHMS[name]);
  guarded.set(name, algorithm);
  return algorithm;
}
