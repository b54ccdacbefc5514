import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { type OrderParts, shapeOf } from "../algorithms/cost/fit-shape.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { SideFeatures } from "../data/side-features.ts";
import { EngineError } from "../engine-error.ts";
import { estimateFit, type FitEstimate } from "./estimate-fit.ts";

export interface FitData extends OrderParts {
  readonly userItems: CsrMatrix;
  readonly features?: SideFeatures | undefined;
}

/** Throws `BAD_PARAMETER`, naming what is too large, if a fit needs more memory than there is. */
export function requireRoom(
  { userItems, features, ...order }: FitData,
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  budgetMb?: number,
): FitEstimate {
  const estimate = estimateFit(shapeOf(userItems, features, order), algorithm, params, budgetMb);
  if (estimate.reason !== null) throw new EngineError("BAD_PARAMETER", estimate.reason);
  return estimate;
}
