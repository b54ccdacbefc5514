import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Algorithm } from "./algorithm.ts";
import { cosineKnn } from "./cosine-knn.ts";
import { ials } from "./ials.ts";
import { popularity } from "./popularity.ts";

const ALGORITHMS: Readonly<Record<AlgorithmName, Algorithm>> = {
  TopPop: popularity,
  CosineKNN: cosineKnn,
  IALS: ials,
};

/** The implementation of an algorithm by its name. */
export function algorithmOf(name: AlgorithmName): Algorithm {
  return ALGORITHMS[name];
}
