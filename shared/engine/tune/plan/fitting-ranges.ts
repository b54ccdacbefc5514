import {
  ALGORITHM_PARAMS,
  type AlgorithmName,
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

/** Parameters that make a model large. */
const SIZES = ["n_components", "top_k"];

/**
 * Limits a search to models whose fits stay within a budget, so that no trial fails for lack of memory.
 *
 * @param highest The highest sizes that the search would try, by prefixed names, where they are not the usual ones.
 */
export function fittingRanges(
  shape: FitShape,
  algorithms: readonly AlgorithmName[],
  budgetMb?: number,
  highest: Readonly<Record<string, number>> = {},
): FittingRanges {
  const fitting: AlgorithmName[] = [];
  const limits: Record<string, { readonly high: number }> = {};
  const leftOut: { algorithm: AlgorithmName; reason: string }[] = [];
  for (const algorithm of algorithms) {
    const usual = searchedSize(algorithm);
    const size = usual && { ...usual, high: highest[`${algorithm}.${usual.name}`] ?? usual.high };
    const high = size ? highestFitting(shape, algorithm, size, budgetMb) : null;
    const params = size ? { [size.name]: size.low } : {};
    const { accepted, reason } = estimateFit(shape, algorithm, params, budgetMb);
    if (!accepted) {
      leftOut.push({ algorithm, reason: reason ?? "" });
      continue;
    }
    fitting.push(algorithm);
    if (size && high !== null && high < size.high) limits[`${algorithm}.${size.name}`] = { high };
  }
  return { algorithms: fitting, limits, leftOut };
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
  shape: FitShape,
  algorithm: AlgorithmName,
  { name, low, high }: SearchedSize,
  budgetMb: number | undefined,
): number | null {
  const fits = (value: number) => estimateFit(shape, algorithm, { [name]: value }, budgetMb).accepted;
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
