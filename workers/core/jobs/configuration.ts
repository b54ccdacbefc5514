import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";

/** An algorithm and its hyperparameters. */
export interface Configuration {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}
