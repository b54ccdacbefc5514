import type { AlgorithmName, ParamValue } from "#contract/algorithms.ts";
import type { Ladder, Ladders } from "./choose-trial.ts";
import { ALGORITHM_PARAM, isActive, type SearchSpace, type SpaceParam } from "./search-space.ts";
import { type Observation, suggestByProcess } from "./suggest-by-process.ts";
import type { TrialParams, TrialRecord } from "./trial.ts";

// Sets the streams of trials apart from each other and from the sampler's.
const SEED_STRIDE = 0x9e3779b1;
/** With fewer observations a regression knows no more than the sampler. */
const MIN_OBSERVATIONS = 3;

/**
 * Replaces the parameters that were suggested for an algorithm by those from which a regression over its earlier trials expects
 * most, once there are as many of them as parameters.
 */
export function refine(
  space: SearchSpace,
  suggested: TrialParams,
  history: readonly TrialRecord[],
  {
    seed,
    trialNumber,
    ladders = {},
  }: { readonly seed: number; readonly trialNumber: number; readonly ladders?: Ladders },
): TrialParams {
  const own = space.filter((param) => param.when !== undefined && isActive(param, suggested));
  const freeCount = own.filter(isFree).length;
  const ladder = ladders[suggested[ALGORITHM_PARAM] as AlgorithmName];
  const known = observationsOf(suggested[ALGORITHM_PARAM], history);
  const observations = ladder ? seenFromAbove(suggested, known, ladder) : known;
  if (freeCount === 0 || observations.length < Math.max(MIN_OBSERVATIONS, freeCount)) return suggested;
  const refined = suggestByProcess(own, observations, seed + Math.imul(trialNumber + 1, SEED_STRIDE));
  return refined ? { ...suggested, ...refined } : suggested;
}

/** The best configuration below, raised to the upper rung, when it is this trial's turn to be the first there. */
export function promote(
  suggested: TrialParams,
  history: readonly TrialRecord[],
  ladders: Ladders,
): TrialParams | null {
  const algorithm = suggested[ALGORITHM_PARAM] as AlgorithmName;
  const ladder = ladders[algorithm];
  if (!ladder) return null;
  const name = `${algorithm}.${ladder.param}`;
  const own = history.filter(({ params }) => params[ALGORITHM_PARAM] === algorithm);
  if (own.length < ladder.lowTrials || own.some(({ params }) => params[name] === ladder.high)) return null;
  const [best] = observationsOf(algorithm, own).sort((a, b) => b.value - a.value);
  return best ? { ...shifted(best.params, algorithm, ladder), [name]: ladder.high } : null;
}

/**
 * What is known when the next trial is above: trials below count as if they had been made above, with their other parameters
 * shifted and their values in proportion to what the first of them was worth there. So the few dear trials above need not
 * find out again what the cheap ones told.
 */
function seenFromAbove(next: TrialParams, known: readonly Observation[], ladder: Ladder): Observation[] {
  const algorithm = next[ALGORITHM_PARAM] as AlgorithmName;
  const name = `${algorithm}.${ladder.param}`;
  const above = known.filter(({ params }) => params[name] === ladder.high);
  const below = known.filter(({ params }) => params[name] === ladder.low);
  const [first] = above;
  const bestBelow = Math.max(...below.map(({ value }) => value));
  if (next[name] !== ladder.high || !first || !(bestBelow > 0)) return [...known];
  const raised = below.map(({ params, value }) => ({
    params: { ...shifted(params, algorithm, ladder), [name]: ladder.high },
    value: (value * first.value) / bestBelow,
  }));
  return [...above, ...raised];
}

function shifted(params: TrialParams, algorithm: AlgorithmName, { shifts }: Ladder): TrialParams {
  const changed = Object.entries(shifts).map(([param, factor]) => {
    const name = `${algorithm}.${param}`;
    return [name, Number(params[name]) * factor] as const;
  });
  return { ...params, ...Object.fromEntries(changed) };
}

function isFree({ range }: SpaceParam): boolean {
  return range.kind === "choice" ? range.choices.length > 1 : range.low < range.high;
}

/** What is known of an algorithm; a pruned trial counts with what it had reached. */
function observationsOf(algorithm: ParamValue | undefined, history: readonly TrialRecord[]): Observation[] {
  return history.flatMap(({ params, value }) =>
    params[ALGORITHM_PARAM] === algorithm && value !== null && Number.isFinite(value)
      ? [{ params, value }]
      : [],
  );
}
