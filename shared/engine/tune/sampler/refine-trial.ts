import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Ladder } from "../../algorithms/search/search-plan.ts";
import type { TrialParams } from "../trial/trial.ts";
import type { ProcessShape } from "./gaussian-process.ts";
import type { ObservationSample, PlacedObservation } from "./observation-sample.ts";
import { ALGORITHM_PARAM, isActive, type SearchSpace, type SpaceParam } from "./search-space.ts";
import { learnShape, suggestByShape } from "./suggest-by-process.ts";
import type { TrialHistory } from "./trial-history.ts";
import { createUnitSpace } from "./unit-space.ts";

// Separates the random streams of trials from each other and from the sampler's.
const SEED_STRIDE = 0x9e3779b1;
/** With fewer observations a regression is no better than the sampler. */
const MIN_OBSERVATIONS = 3;

export type Ladders = Readonly<Partial<Record<AlgorithmName, Ladder>>>;

type Steps<Result> = Generator<undefined, Result, undefined>;

export interface RefineOptions {
  readonly seed: number;
  readonly trialNumber: number;
  readonly ladders?: Ladders;
}

/**
 * The parameters with the best expectation, by a regression over an algorithm's earlier trials. Null while there are fewer
 * trials than parameters, and when nothing untried is near.
 *
 * @param chosen The algorithm.
 */
export function* refine(
  space: SearchSpace,
  chosen: TrialParams,
  history: TrialHistory,
  { seed, trialNumber, ladders = {} }: RefineOptions,
): Steps<TrialParams | null> {
  const own = space.filter((param) => param.when !== undefined && isActive(param, chosen));
  const free = own.filter(isFree);
  if (free.length === 0) return null;
  const known = yield* knowledgeOf(own, chosen, history, ladders);
  if (known.count < Math.max(MIN_OBSERVATIONS, free.length)) return null;
  const refined = yield* suggestByShape({
    params: own,
    observations: known.observations,
    shape: yield* known.shape(),
    seed: seed + Math.imul(trialNumber + 1, SEED_STRIDE),
    isTried: (candidate) => history.has({ ...chosen, ...candidate }),
  });
  return refined && { ...chosen, ...refined };
}

/** The best configuration at the low rung, raised to the high rung, if this trial is the first there. */
export function promote(chosen: TrialParams, history: TrialHistory, ladders: Ladders): TrialParams | null {
  const algorithm = chosen[ALGORITHM_PARAM] as AlgorithmName;
  const ladder = ladders[algorithm];
  if (!ladder) return null;
  const name = `${algorithm}.${ladder.param}`;
  if (history.countOf(algorithm) < ladder.lowTrials) return null;
  if (history.configurationsWith(name, ladder.high) > 0) return null;
  const best = history.bestOf(algorithm);
  return best && { ...shifted(best.params, algorithm, ladder), [name]: ladder.high };
}

/** The input of a regression. */
interface Knowledge {
  /** The number of all observations, kept or not. */
  readonly count: number;
  readonly observations: readonly PlacedObservation[];
  shape(): Steps<ProcessShape>;
}

function* knowledgeOf(
  own: readonly SpaceParam[],
  chosen: TrialParams,
  history: TrialHistory,
  ladders: Ladders,
): Steps<Knowledge> {
  const algorithm = chosen[ALGORITHM_PARAM] as AlgorithmName;
  const ladder = ladders[algorithm];
  const raised = ladder ? yield* seenFromAbove(own, algorithm, ladder, history) : null;
  if (raised) return raised;
  const sample = history.observations(own, { algorithm });
  yield* sample.settle();
  const { count, observations, landmark } = sample;
  const learn = () => learnShape(own, landmark.observations);
  return { count, observations, shape: () => history.shapeOf([sample], learn) };
}

/**
 * The observations for a trial at the high rung. Trials at the low rung count as if they had been made at the high one. Their
 * other parameters are shifted, and their values are scaled by the value of the first trial there. So the few expensive trials
 * need not learn again what the cheap ones showed. Null while the next trial is at the low rung.
 */
function* seenFromAbove(
  own: readonly SpaceParam[],
  algorithm: AlgorithmName,
  ladder: Ladder,
  history: TrialHistory,
): Steps<Knowledge | null> {
  const name = `${algorithm}.${ladder.param}`;
  if (!standsAt(own, name, ladder.high)) return null;
  const at = (equals: number) => history.observations(own, { algorithm, where: { param: name, equals } });
  const [above, below] = [at(ladder.high), at(ladder.low)];
  yield* above.settle();
  yield* below.settle();
  const { first } = above;
  const bestBelow = below.best?.value ?? 0;
  if (!first || !(bestBelow > 0)) return null;
  const { pointOf } = createUnitSpace(own);
  const raised = (one: PlacedObservation): PlacedObservation => {
    const params = { ...shifted(one.params, algorithm, ladder), [name]: ladder.high };
    return { params, value: (one.value * first.value) / bestBelow, point: pointOf(params) };
  };
  const seen = (part: (sample: ObservationSample) => readonly PlacedObservation[]) => [
    ...part(above),
    ...part(below).map(raised),
  ];
  const learn = () =>
    learnShape(
      own,
      seen((sample) => sample.landmark.observations),
    );
  return {
    count: above.count + below.count,
    observations: seen((sample) => sample.observations),
    shape: () => history.shapeOf([above, below], learn),
  };
}

/** Whether a parameter has only this value. */
function standsAt(own: readonly SpaceParam[], name: string, value: number): boolean {
  const range = own.find((param) => param.name === name)?.range;
  return range?.kind !== "choice" && range?.low === value && range.high === value;
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
