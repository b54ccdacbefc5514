import { type AlgorithmName, type AlgorithmParams, STARTING_POINTS } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Ladder, Ladders, StartingPoints, TrialBudgets } from "../sampler/choose-trial.ts";
import { idleParams } from "../sampler/idle-params.ts";
import type { RangeLimits, Ranges } from "../sampler/search-space.ts";

/** What the data say about where to search. */
export interface StudyPlan {
  readonly limits: RangeLimits;
  readonly ranges: Ranges;
  readonly starts: StartingPoints;
  readonly ladders: Ladders;
  /** Parameters that are not searched, where the data call for another value than the default. */
  readonly fixed: FixedParams;
}

export type FixedParams = Readonly<Partial<Record<AlgorithmName, AlgorithmParams>>>;

/**
 * The unobserved weight of iALS that suits data in proportion to how dense they are: the best one was 8 to 45 times the density on
 * five data sets between .0007 and .06, so that all unobserved items together weigh some times what a user's own do.
 */
const ALPHA_PER_DENSITY = 15;
/** Of that weight: where the search begins, after the middle, and how far it goes. */
const ALPHA_STARTS = [1, 4, 0.3];
const ALPHA_REACH = 30;
const REG_RANGE = { low: 5e-5, high: 0.5 };
const FEWEST_COMPONENTS = 4;
const MOST_COMPONENTS = 512;

/** Floating-point operations of an epoch that count as nothing: some hundredths of a second. */
const CHEAP_EPOCH = 4e9;
const CHEAP_COMPONENTS = 256;
/** And those that a trial can afford a dozen of: one to two seconds each. More than 256 factors must be cheaper to be worth it. */
const HIGH_COMPONENTS = [
  { components: 512, dearestEpoch: 5e10 },
  { components: 256, dearestEpoch: 1.2e11 },
];
const HIGHEST_OTHERWISE = 128;
const LOW_COMPONENTS = 64;
/**
 * With more factors the best unobserved weight is somewhat lower and the best regularisation higher: on check-ins with four times as
 * many about as much of the one and half as much again of the other, on listening counts more of both. The powers of the ratio that
 * go with it.
 */
const SHIFT_POWERS = { alpha0: -0.2, reg: 0.4 };
/**
 * Share of the trials that are made with few factors; the number without a budget. A trial with many costs as much as five: most of
 * what can be learned is learned below.
 */
const LOW_SHARE = 0.7;
const LOW_TRIALS = 7;

/** Singular vectors of GF-CF where they are dear: 256 take four times as long as 64, to find and to score by. */
const FILTER_RUNGS = { low: 64, high: 256 };

/** Lists that are searched short first where the catalogue is large. */
interface ListRungs {
  readonly low: number;
  readonly high: number;
  /** Catalogues of no more items are searched like everything else. */
  readonly mostItems: number;
}

/** Sparse EASE solves a system of about as many as the lists are long for each item: its cost grows with their cube. */
const SLIM_RUNGS: ListRungs = { low: 50, high: 150, mostItems: 13_000 };
/** Neighbours are chosen, packed and kept one by one: an item with 500 takes as long as its sums. */
const NEIGHBOUR_RUNGS: ListRungs = { low: 100, high: 500, mostItems: 20_000 };

/** Wider than usual: a regression is not slowed down by room where nothing can be found. */
const POWER_RANGES: Ranges = {
  "DegreeKNN.b": { low: 0, high: 1.8 },
  "DegreeKNN.a1": { low: 0, high: 1.5 },
  "DegreeKNN.a2": { low: -0.5, high: 1.2 },
};
/** What the usual starting points leave out: short lists, users of any activity alike. */
const LIKE_COSINE: AlgorithmParams = { b: 0.2, a1: 0.5, a2: 0.5, top_k: 50, weight_power: 0.25 };

/** Bytes that a model of neighbours may take, at six an entry. */
const NEIGHBOUR_BYTES = 400_000_000;
const BYTES_PER_ENTRY = 6;
const SHORTEST_LIST = 10;
const LONGEST_LIST = 1000;

/** Weights that differ more than this, from the median to the largest, are compared by their logarithms. */
const WIDE_WEIGHTS = 10;

/** Narrows a study to where the optimum can be on this data, and chooses what it tries first. */
export function planStudy(
  userItems: CsrMatrix,
  algorithms: readonly AlgorithmName[],
  budgets: TrialBudgets = {},
): StudyPlan {
  const has = (algorithm: AlgorithmName) => algorithms.includes(algorithm);
  const { columnCount } = userItems;
  const lengths = listLengths(columnCount);
  const neighbourRungs = { ...NEIGHBOUR_RUNGS, high: Math.min(NEIGHBOUR_RUNGS.high, lengths.high) };
  const ladders = {
    ...(has("IALS") && factorLadder(userItems, budgets.IALS)),
    ...(has("GFCF") && filterLadder(userItems, budgets.GFCF)),
    ...(has("DegreeKNN") && listLadder("DegreeKNN", columnCount, neighbourRungs, budgets)),
    ...(has("SparseSLIM") && listLadder("SparseSLIM", columnCount, SLIM_RUNGS, budgets)),
  };
  const starts = {
    ...(has("IALS") && { IALS: factorStarts(userItems, ladders.IALS !== undefined) }),
    ...(has("DegreeKNN") && { DegreeKNN: [...STARTING_POINTS.DegreeKNN, LIKE_COSINE] }),
  };
  return {
    limits: idleParams(userItems, algorithms),
    ranges: {
      ...(has("IALS") && factorRanges(userItems)),
      ...(has("DegreeKNN") && { ...POWER_RANGES, "DegreeKNN.top_k": lengths }),
    },
    starts: { ...starts, ...startsBelow(ladders, starts) },
    ladders,
    fixed: has("IALS") ? confidenceOf(userItems.values) : {},
  };
}

/** The starting points of what has a ladder, at its foot. */
function startsBelow(ladders: Ladders, starts: StartingPoints): StartingPoints {
  const below = (Object.entries(ladders) as [AlgorithmName, Ladder][]).map(([algorithm, { param, low }]) => {
    const own = starts[algorithm] ?? STARTING_POINTS[algorithm];
    return [algorithm, own.map((params) => ({ ...params, [param]: low }))] as const;
  });
  return Object.fromEntries(below);
}

function factorRanges(userItems: CsrMatrix): Ranges {
  const middle = ALPHA_PER_DENSITY * densityOf(userItems);
  return {
    "IALS.alpha0": { low: middle / ALPHA_REACH, high: middle * ALPHA_REACH },
    "IALS.reg": REG_RANGE,
    "IALS.n_components": { low: FEWEST_COMPONENTS, high: mostComponents(userItems) },
  };
}

/** With more than half as many factors as there are items or users there is little left to generalise. */
function mostComponents({ rowCount, columnCount }: CsrMatrix): number {
  const half = Math.floor(Math.min(rowCount, columnCount) / 2);
  return Math.max(FEWEST_COMPONENTS, Math.min(MOST_COMPONENTS, half));
}

/**
 * More factors are better on large sparse data, and cost the more the larger the data: what the regularisation should be is
 * found with few. None where many are cheap enough to be searched like everything else.
 */
function factorLadder(userItems: CsrMatrix, budget: number | undefined): Pick<Ladders, "IALS"> {
  if (areFactorsCheap(userItems)) return {};
  const affordable = HIGH_COMPONENTS.find(
    ({ components, dearestEpoch }) => epochCost(userItems, components) <= dearestEpoch,
  );
  const high = Math.min(affordable?.components ?? HIGHEST_OTHERWISE, mostComponents(userItems));
  if (high <= LOW_COMPONENTS) return {};
  const ratio = high / LOW_COMPONENTS;
  const shifts = Object.entries(SHIFT_POWERS).map(([param, power]) => [param, ratio ** power] as const);
  const rungs = { param: "n_components", low: LOW_COMPONENTS, high };
  return { IALS: { ...rungs, lowTrials: lowTrialsOf(budget), shifts: Object.fromEntries(shifts) } };
}

/** How much an ideal filter counts is found with few vectors where many are dear. */
function filterLadder(userItems: CsrMatrix, budget: number | undefined): Pick<Ladders, "GFCF"> {
  const { low } = FILTER_RUNGS;
  const high = Math.min(FILTER_RUNGS.high, mostComponents(userItems));
  if (areFactorsCheap(userItems) || high <= low) return {};
  return { GFCF: { param: "n_components", low, high, lowTrials: lowTrialsOf(budget), shifts: {} } };
}

function areFactorsCheap(userItems: CsrMatrix): boolean {
  return epochCost(userItems, CHEAP_COMPONENTS) <= CHEAP_EPOCH;
}

/** What else an algorithm of lists has is found while they are short, as far as long ones are dear. */
function listLadder(
  algorithm: AlgorithmName,
  itemCount: number,
  { low, high, mostItems }: ListRungs,
  budgets: TrialBudgets,
): Ladders {
  if (itemCount <= mostItems || high <= low) return {};
  const lowTrials = lowTrialsOf(budgets[algorithm]);
  return { [algorithm]: { param: "top_k", low, high, lowTrials, shifts: {} } };
}

function lowTrialsOf(budget: number | undefined): number {
  return budget === undefined ? LOW_TRIALS : Math.ceil(LOW_SHARE * budget);
}

/** Multiplications and additions of an epoch by conjugate gradients. */
function epochCost({ rowCount, columnCount, indices }: CsrMatrix, components: number): number {
  return 16 * indices.length * components + 8 * (rowCount + columnCount) * components ** 2;
}

/** Weak and strong weights of what is unobserved, each with the regularisation that went well with it. */
function factorStarts(userItems: CsrMatrix, hasLadder: boolean): AlgorithmParams[] {
  const middle = ALPHA_PER_DENSITY * densityOf(userItems);
  const [first, second, third] = ALPHA_STARTS.map((share) => Number((share * middle).toPrecision(2)));
  const most = mostComponents(userItems);
  const few = { n_components: Math.min(LOW_COMPONENTS, most) };
  return [
    { ...few, alpha0: first as number, reg: 0.005 },
    { ...few, alpha0: second as number, reg: 0.002 },
    {
      ...few,
      n_components: Math.min(hasLadder ? LOW_COMPONENTS : 2 * LOW_COMPONENTS, most),
      alpha0: third as number,
      reg: 0.015,
    },
  ];
}

/** Share of all pairs of a user and an item that interacted. */
function densityOf({ rowCount, columnCount, indices }: CsrMatrix): number {
  return indices.length / (rowCount * columnCount);
}

/** From short lists to the longest that memory has room for, starting points in any case. */
function listLengths(itemCount: number): { low: number; high: number } {
  const leastHigh = Math.max(...STARTING_POINTS.DegreeKNN.map(({ top_k }) => Number(top_k)));
  const mostHigh = Math.floor(NEIGHBOUR_BYTES / BYTES_PER_ENTRY / itemCount);
  return { low: SHORTEST_LIST, high: Math.max(leastHigh, Math.min(LONGEST_LIST, mostHigh)) };
}

/** Play counts from one to a hundred thousand are no confidences as they stand. */
function confidenceOf(weights: Float32Array): FixedParams {
  const sorted = weights.toSorted();
  const median = sorted[sorted.length >> 1] ?? 1;
  if ((sorted.at(-1) ?? 1) <= WIDE_WEIGHTS * median) return {};
  return { IALS: { confidence_scaling: "log", epsilon: median } };
}
