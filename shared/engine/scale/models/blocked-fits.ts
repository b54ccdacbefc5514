/** The algorithms that fit by blocks. */

import { asymmetricCosineUserKnn } from "#contract/algorithms/asymmetric-cosine-user-knn.ts";
import { cosineUserKnn } from "#contract/algorithms/cosine-user-knn.ts";
import { denseSlim } from "#contract/algorithms/dense-slim.ts";
import { edlae } from "#contract/algorithms/edlae.ts";
import { gfCf } from "#contract/algorithms/gf-cf.ts";
import { ials } from "#contract/algorithms/ials.ts";
import { sparseSlim } from "#contract/algorithms/sparse-slim.ts";
import { topPop } from "#contract/algorithms/top-pop.ts";
import { trending } from "#contract/algorithms/trending.ts";
import { truncatedSvd } from "#contract/algorithms/truncated-svd.ts";
import { type AlgorithmName, type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import { EngineError } from "../../engine-error.ts";
import type { DataShape, FitPlan } from "../fit/fit-context.ts";
import { planBlockedIals } from "../fit/ials/ials-plan.ts";
import { BLOCKED_METHODS } from "../fit/item-knn/blocked-methods.ts";
import { planBlockedKnn } from "../fit/item-knn/knn-plan.ts";
import { planBlockedPopularity } from "../fit/popularity/popularity-plan.ts";
import { planBlockedTrending } from "../fit/popularity/trending-plan.ts";
import { planBlockedSvd } from "../fit/spectrum/svd-plan.ts";
import { planBlockedBlend } from "./blend-plan.ts";

/** Names of the algorithms that fit data past one isolate; a blend does if its parts do. */
export const BLOCKED_ALGORITHMS: readonly AlgorithmName[] = [
  topPop.name,
  trending.name,
  ials.name,
  truncatedSvd.name,
  ...BLOCKED_METHODS,
  BLEND,
];

const ALL_PAIRS = "it holds a matrix of all pairs of items";
const OWN_DATA = "its model holds all interactions";

/** Why some algorithms cannot be cut. */
const REASONS: ReadonlyMap<AlgorithmName, string> = new Map<AlgorithmName, string>([
  [denseSlim.name, ALL_PAIRS],
  [edlae.name, ALL_PAIRS],
  [sparseSlim.name, "it regresses an item on hundreds of others, over all users of each"],
  [gfCf.name, OWN_DATA],
  [cosineUserKnn.name, OWN_DATA],
  [asymmetricCosineUserKnn.name, OWN_DATA],
]);

/**
 * The plan of a fit by blocks; its last task leaves `fittedSections`. Throws `UNSUPPORTED` for an algorithm that fits in one isolate alone,
 * naming those that do not, and what the plans throw.
 */
export function planBlockedFit(
  algorithm: AlgorithmName,
  shape: DataShape,
  params: AlgorithmParams,
  seed: number,
): FitPlan {
  if (algorithm === ials.name) return planBlockedIals(shape, params, seed);
  if (algorithm === truncatedSvd.name) return planBlockedSvd(shape, params, seed);
  if (algorithm === topPop.name) return planBlockedPopularity(shape, params);
  if (algorithm === trending.name) return planBlockedTrending(shape, params);
  if (algorithm === BLEND) {
    return planBlockedBlend(shape, params, (name, own) => planBlockedFit(name, shape, own, seed));
  }
  if (BLOCKED_METHODS.includes(algorithm)) return planBlockedKnn(algorithm, shape, params);
  const known = BLOCKED_ALGORITHMS.join(", ");
  const reason = REASONS.get(algorithm);
  const because = reason === undefined ? "" : `, because ${reason}`;
  throw new EngineError(
    "UNSUPPORTED",
    `${algorithm} needs all data in one isolate${because}; past that, use ${known}.`,
  );
}

/** Why `planBlockedFit` would refuse a fit; null if it would not. */
export function blockedFitRefusal(
  algorithm: AlgorithmName,
  shape: DataShape,
  params: AlgorithmParams,
): string | null {
  try {
    planBlockedFit(algorithm, shape, params, 0);
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}
