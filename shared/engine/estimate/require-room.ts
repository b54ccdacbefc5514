import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { shapeOf } from "../algorithms/cost/fit-shape.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { SideFeatures } from "../data/side-features.ts";
import { EngineError } from "../engine-error.ts";
import { estimateFit, type FitEstimate } from "./estimate-fit.ts";

/** Throws `BAD_PARAMETER`, naming what is too large, if a fit needs more memory than there is. */
export function requireRoom(
  { userItems, features }: { readonly userItems: CsrMatrix; readonly features?: SideFeatures | undefined },
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  budgetMb?: number,
): FitEstimate {
  const estimate = estimateFit(shapeOf(userItems, features), algorithm, params, budgetMb);
  if (estimate.reason !== null) throw new EngineError("BAD_PARAMETER", estimate.reason);
  return estimate;
}
