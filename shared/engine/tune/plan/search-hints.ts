import { type AlgorithmName, type AlgorithmParams, STARTING_POINTS } from "#contract/algorithms.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import type { SearchPlan } from "../../algorithms/search/search-plan.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Ladders, StartingPoints, TrialBudgets } from "../sampler/choose-trial.ts";
import { idleParams } from "../sampler/idle-params.ts";
import type { RangeLimits, Ranges } from "../sampler/search-space.ts";

/** What the data say about where to search. */
export interface SearchHints {
  readonly limits: RangeLimits;
  readonly ranges: Ranges;
  readonly starts: StartingPoints;
  readonly ladders: Ladders;
  /** Parameters with a fixed value, if the data need another one than the default. */
  readonly fixed: FixedParams;
}

export type FixedParams = Readonly<Partial<Record<AlgorithmName, AlgorithmParams>>>;

interface Planned extends SearchPlan {
  readonly algorithm: AlgorithmName;
}

/** Narrows a study to where the optimum can be on this data, and chooses what it tries first: the plans of its algorithms together. */
export function searchHints(
  userItems: CsrMatrix,
  algorithms: readonly AlgorithmName[],
  budgets: TrialBudgets = {},
): SearchHints {
  const plans = algorithms.map((algorithm): Planned => {
    const { planSearch } = algorithmOf(algorithm);
    return { algorithm, ...planSearch?.(userItems, budgets[algorithm]) };
  });
  return {
    limits: idleParams(userItems, algorithms),
    ranges: Object.fromEntries(plans.flatMap(prefixedRanges)),
    starts: gather(plans, startsOf),
    ladders: gather(plans, ({ ladder }) => ladder),
    fixed: gather(plans, ({ fixed }) => fixed),
  };
}

function prefixedRanges({ algorithm, ranges = {} }: Planned): [string, Ranges[string]][] {
  return Object.entries(ranges).map(([param, range]) => [`${algorithm}.${param}`, range]);
}

/** A parameter with a ladder begins at its low value. */
function startsOf({ algorithm, starts, ladder }: Planned): readonly AlgorithmParams[] | undefined {
  if (!ladder) return starts;
  const own = starts ?? STARTING_POINTS[algorithm];
  return own.map((params) => ({ ...params, [ladder.param]: ladder.low }));
}

/** One field of each plan, by algorithm, where the plan has it. */
function gather<Value>(
  plans: readonly Planned[],
  partOf: (plan: Planned) => Value | undefined,
): Partial<Record<AlgorithmName, Value>> {
  const own = plans.flatMap((plan) => {
    const value = partOf(plan);
    return value === undefined ? [] : [[plan.algorithm, value] as const];
  });
  return Object.fromEntries(own) as Partial<Record<AlgorithmName, Value>>;
}
