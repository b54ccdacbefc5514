import {
  ALGORITHM_PARAMS,
  type AlgorithmName,
  type AlgorithmParams,
  type ParamSpec,
  type ParamSpecs,
} from "#contract/algorithms.ts";
import type { FitShape } from "../../algorithms/cost/fit-shape.ts";
import { estimateFit } from "../../estimate/estimate-fit.ts";
import type { RangeLimits } from "../sampler/search-space.ts";

/** The part of a search that fits in memory. */
export interface FittingRanges {
  /** Algorithms that fit, at least with their smallest models. */
  readonly algorithms: readonly AlgorithmName[];
  /** Highest values of the searched sizes, if the usual ones are too large; by prefixed names. */
  readonly limits: RangeLimits;
  /** The other algorithms, each with its reason. */
  readonly leftOut: readonly { readonly algorithm: AlgorithmName; readonly reason: string }[];
}

/** Where fits must fit. */
export interface Room {
  /** Of what the trials are fitted to, and the winner, unless `refusal` says more about that one. */
  readonly shape: FitShape;
  /** What a Worker has holds, too. */
  readonly budgetMb?: number;
  /** Why a fit to all data is impossible, where trials have a sample of them; null for one that is possible. A larger model never is if a smaller one is not. */
  readonly refusal?: FitRefusal;
}

export type FitRefusal = (algorithm: AlgorithmName, params: AlgorithmParams) => string | null;

/** Parameters that make a model large. */
const SIZES = ["n_components", "top_k"];

/**
 * Limits a search to models whose fits have room, so that no trial fails for lack of memory, and the winner can be trained.
 *
 * @param highest The highest sizes that the search would try, by prefixed names, where they are not the usual ones.
 */
export function fittingRanges(
  room: Room,
  algorithms: readonly AlgorithmName[],
  highest: Readonly<Record<string, number>> = {},
): FittingRanges {
  const fitting: AlgorithmName[] = [];
  const limits: Record<string, { readonly high: number }> = {};
  const leftOut: { algorithm: AlgorithmName; reason: string }[] = [];
  for (const algorithm of algorithms) {
    const usual = searchedSize(algorithm);
    const size = usual && { ...usual, high: highest[`${algorithm}.${usual.name}`] ?? usual.high };
    const high = size ? highestFitting(room, algorithm, size) : null;
    const reason = reasonAgainst(room, algorithm, size ? { [size.name]: size.low } : {});
    if (reason !== null) {
      leftOut.push({ algorithm, reason });
      continue;
    }
    fitting.push(algorithm);
    if (size && high !== null && high < size.high) limits[`${algorithm}.${size.name}`] = { high };
  }
  return { algorithms: fitting, limits, leftOut };
}

function reasonAgainst(
  { shape, budgetMb, refusal }: Room,
  algorithm: AlgorithmName,
  params: AlgorithmParams,
): string | null {
  const { accepted, reason } = estimateFit(shape, algorithm, params, budgetMb);
  return accepted ? (refusal?.(algorithm, params) ?? null) : (reason ?? "");
}

interface SearchedSize {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

function searchedSize(algorithm: AlgorithmName): SearchedSize | null {
  const specs = Object.entries<ParamSpec>(ALGORITHM_PARAMS[algorithm] as ParamSpecs);
  for (const [name, spec] of specs) {
    if (!SIZES.includes(name) || spec.kind !== "int" || !spec.search) continue;
    return { name, low: spec.search.low, high: spec.search.high };
  }
  return null;
}

/** By bisection: a larger model never takes less. Null when none fits. */
function highestFitting(
  room: Room,
  algorithm: AlgorithmName,
  { name, low, high }: SearchedSize,
): number | null {
  const fits = (value: number) => reasonAgainst(room, algorithm, { [name]: value }) === null;
  if (fits(high)) return high;
  if (!fits(low)) return null;
  let [good, bad] = [low, high];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
