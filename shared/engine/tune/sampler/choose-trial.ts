import {
  type AlgorithmName,
  type AlgorithmParams,
  type ParamValue,
  STARTING_POINTS,
} from "#contract/algorithms.ts";
import { runToEnd } from "../trial/run-to-end.ts";
import type { TrialParams, TrialRecord } from "../trial/trial.ts";
import { withoutExhaustedChoices } from "./exhaustion.ts";
import { type Ladders, promote, refine } from "./refine-trial.ts";
import {
  ALGORITHM_PARAM,
  buildSearchSpace,
  fromConfiguration,
  type RangeLimits,
  type Ranges,
  type SearchSpace,
} from "./search-space.ts";
import { suggestInSteps } from "./tpe.ts";
import { TrialHistory } from "./trial-history.ts";

export interface ChooseOptions {
  readonly seed: number;
  readonly trialNumber: number;
  /** Narrower ranges if memory or time is limited. */
  readonly limits?: RangeLimits;
  /** Other ranges than the usual ones, if the data need them. */
  readonly ranges?: Ranges;
  /** Most trials of an algorithm; unlimited for algorithms without an entry. */
  readonly budgets?: TrialBudgets;
  /** Whether the budgets are only shares to begin with: the better an algorithm does, the more trials it gets. */
  readonly followsLead?: boolean;
  /** First configurations that replace the algorithm's starting points, if the data suggest better ones. */
  readonly starts?: StartingPoints;
  /** Parameters that are searched small first. */
  readonly ladders?: Ladders;
}

export type { Ladders } from "./refine-trial.ts";

export type StartingPoints = Readonly<Partial<Record<AlgorithmName, readonly AlgorithmParams[]>>>;

export type TrialBudgets = Readonly<Partial<Record<AlgorithmName, number>>>;

/**
 * At every trial with a multiple of this number the least tried algorithm gets its turn. Otherwise the sampler settles on the
 * algorithm whose first draws were lucky. Of four seeds on ML-100K, one never came back to iALS, which was best by a fifth.
 */
const BALANCE_EVERY = 4;
/** An algorithm whose first configuration reaches less than this part of the best is tried no further unless others are exhausted. */
const PROMISING = 0.6;
/** An algorithm that reaches four fifths of the best value gets about a quarter of its share: it may still add to a blend. */
const LEAD_POWER = 6;

/**
 * Chooses the next configuration of a study that compares algorithms by a metric; larger is better. Null when nothing untried
 * was found or all budgets are used up. First come the starting points of each algorithm, in turns. Then the sampler chooses an
 * algorithm and its parameters, and once enough of that algorithm is known, a regression chooses the parameters instead.
 */
export function chooseTrial(
  algorithms: readonly AlgorithmName[],
  history: readonly TrialRecord[],
  options: ChooseOptions,
): TrialParams | null {
  return runToEnd(chooseInSteps(algorithms, TrialHistory.of(history), options));
}

/** The same with an indexed history of any length, yielding between pieces of some milliseconds. */
export function* chooseInSteps(
  algorithms: readonly AlgorithmName[],
  history: TrialHistory,
  options: ChooseOptions,
): Generator<undefined, TrialParams | null, undefined> {
  const { seed, trialNumber, limits = {}, ranges = {}, starts = {}, ladders = {} } = options;
  const { budgets = {}, followsLead = false } = options;
  const open = algorithms.filter(
    (algorithm) =>
      followsLead || history.countOf(algorithm) < (budgets[algorithm] ?? Number.POSITIVE_INFINITY),
  );
  if (open.length === 0 && algorithms.length > 0) return null;
  const promising = followsLead
    ? open.filter((algorithm) => history.countOf(algorithm) === 0 || leadOf(algorithm, history) >= PROMISING)
    : open;
  const start = startingTrials(promising, starts, limits).find((params) => !history.has(params));
  if (start) return start;
  const rungs = rungLimits(open, history, ladders);
  const space = buildSearchSpace(open, { ...limitsOf(open, limits), ...rungs }, ranges);
  const isTurn = trialNumber % BALANCE_EVERY === BALANCE_EVERY - 1;
  const balanced = isTurn ? leastTried(space, history) : space;
  const shares = followsLead ? sharesByLead(budgets, history) : budgets;
  const narrowed = farthestBehind(space, history, shares) ?? balanced;
  return yield* suggestInSteps(narrowed, history, {
    ...{ seed, trialNumber, direction: "maximize" },
    *learned(chosen) {
      const promoted = promote(chosen, history, ladders);
      return promoted ?? (yield* refine(space, chosen, history, { seed, trialNumber, ladders }));
    },
  });
}

/** The best value of an algorithm as a part of the best of all, 0 to 1; 1 as long as nothing is known of it. */
function leadOf(algorithm: AlgorithmName, history: TrialHistory): number {
  const own = history.bestOf(algorithm)?.value;
  const best = history.bestValue();
  if (own === undefined || own === null || best === null || best <= 0) return 1;
  return Math.max(0, own) / best;
}

function sharesByLead(budgets: TrialBudgets, history: TrialHistory): TrialBudgets {
  const shares = Object.entries(budgets).map(([name, budget]) => [
    name,
    budget * leadOf(name as AlgorithmName, history) ** LEAD_POWER,
  ]);
  return Object.fromEntries(shares) as TrialBudgets;
}

/** The current rung of each ladder, as limits of its parameter. */
function rungLimits(
  algorithms: readonly AlgorithmName[],
  history: TrialHistory,
  ladders: Ladders,
): RangeLimits {
  const limits = algorithms.flatMap((algorithm) => {
    const ladder = ladders[algorithm];
    if (!ladder) return [];
    const value = history.countOf(algorithm) < ladder.lowTrials ? ladder.low : ladder.high;
    return [[`${algorithm}.${ladder.param}`, { low: value, high: value }] as const];
  });
  return Object.fromEntries(limits);
}

/**
 * The algorithms' starting points in turns: the first of each, then the second of each, and so on. A value beyond a limit is set
 * to the limit.
 */
function startingTrials(
  algorithms: readonly AlgorithmName[],
  starts: StartingPoints,
  limits: RangeLimits,
): TrialParams[] {
  const points = [...new Set(algorithms)].map((algorithm) => ({
    algorithm,
    own: starts[algorithm] ?? STARTING_POINTS[algorithm],
  }));
  const rounds = Math.max(0, ...points.map(({ own }) => own.length));
  return Array.from({ length: rounds }, (_, round) =>
    points.flatMap(({ algorithm, own }) => {
      const params = own[round];
      return params ? [withinLimits(fromConfiguration(algorithm, params), limits)] : [];
    }),
  ).flat();
}

function withinLimits(params: TrialParams, limits: RangeLimits): TrialParams {
  const bounded = Object.entries(params).map(([name, value]) => {
    const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = limits[name] ?? {};
    return [name, typeof value === "number" ? Math.min(high, Math.max(low, value)) : value] as const;
  });
  return Object.fromEntries(bounded);
}

/** The space with only the algorithm that has the fewest trials and still something to try. */
function leastTried(space: SearchSpace, history: TrialHistory): SearchSpace {
  const [choice] = openChoices(space, history).sort((a, b) => history.countOf(a) - history.countOf(b));
  return choice === undefined ? space : withChoice(space, choice);
}

/**
 * The space with only the algorithm that is farthest behind its budget; null unless all have one. All budgets will be used up, so
 * this order helps those who stop a study early.
 */
function farthestBehind(
  space: SearchSpace,
  history: TrialHistory,
  budgets: TrialBudgets,
): SearchSpace | null {
  const budgetOf = (choice: ParamValue) => budgets[choice as AlgorithmName];
  const choices = openChoices(space, history);
  if (choices.some((choice) => budgetOf(choice) === undefined)) return null;
  const shareOf = (choice: ParamValue) => history.countOf(choice) / (budgetOf(choice) as number);
  const [choice] = choices.sort((a, b) => shareOf(a) - shareOf(b));
  return choice === undefined ? null : withChoice(space, choice);
}

/** Algorithms that still have something to try. */
function openChoices(space: SearchSpace, history: TrialHistory): ParamValue[] {
  const open = withoutExhaustedChoices(space, history).find(({ name }) => name === ALGORITHM_PARAM);
  return open?.range.kind === "choice" ? [...open.range.choices] : [];
}

function withChoice(space: SearchSpace, choice: ParamValue): SearchSpace {
  return space.map((param) =>
    param.name === ALGORITHM_PARAM ? { ...param, range: { kind: "choice", choices: [choice] } } : param,
  );
}

/** The limits of the given algorithms. */
function limitsOf(algorithms: readonly AlgorithmName[], limits: RangeLimits): RangeLimits {
  const own = Object.entries(limits).filter(([name]) =>
    algorithms.some((known) => name.startsWith(`${known}.`)),
  );
  return Object.fromEntries(own);
}
