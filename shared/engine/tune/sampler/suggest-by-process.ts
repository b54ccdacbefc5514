import { createRandom, type Random } from "../../random.ts";
import { runToEnd } from "../trial/run-to-end.ts";
import type { TrialParams } from "../trial/trial.ts";
import { findShape, type ProcessShape, processOf } from "./gaussian-process.ts";
import { normalCdf } from "./normal.ts";
import type { PlacedObservation } from "./observation-sample.ts";
import { drawEvenly } from "./parzen-estimator.ts";
import type { SpaceParam } from "./search-space.ts";
import { configurationKey } from "./trial-history.ts";
import { createUnitSpace, type UnitSpace } from "./unit-space.ts";

/** A configuration and its value; larger is better. */
export interface Observation {
  readonly params: TrialParams;
  readonly value: number;
}

const EVEN_CANDIDATES = 200;
const NEAR_CANDIDATES = 60;
/** Widths of the steps from the best points, as shares of the ranges. */
const STEPS = [0.01, 0.04, 0.12];
const NEAR_BEST = 3;
/** A small step never changes a choice, so this number of choices is drawn again. */
const CHANGED_CHOICES = 0.25;
/** Values that are below the best by more than this many times the median's distance tell nothing about the optimum. */
const DEPTH = 2.5;
/** Candidates between two yields: less than a millisecond. */
const CANDIDATES_PER_PIECE = 32;

export interface ProcessQuestion {
  /** Parameters that all observations have. */
  readonly params: readonly SpaceParam[];
  /** At least one, and a limited number: the cost grows with the cube. */
  readonly observations: readonly PlacedObservation[];
  /** The shape to assume, as learned by `learnShape`. */
  readonly shape: ProcessShape;
  readonly seed: number;
  readonly isTried: (params: TrialParams) => boolean;
}

/**
 * Suggests the parameters with the largest expected improvement under a Gaussian process. Candidates come from everywhere and
 * from around the best. Null when all candidates were tried. Needs far fewer trials than a density estimate where the value
 * depends smoothly on few parameters. Yields between pieces of about a millisecond.
 */
export function* suggestByShape(
  question: ProcessQuestion,
): Generator<undefined, TrialParams | null, undefined> {
  const { params, observations, shape, seed, isTried } = question;
  const random = createRandom(seed);
  const space = createUnitSpace(params);
  const { points, values } = ranked(observations);
  const process = processOf({ points, values, axes: space.axes }, shape);
  yield;
  let chosen: TrialParams | null = null;
  let chosenGain = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const candidate of candidates(params, space, points.slice(0, NEAR_BEST), random)) {
    if (++count % CANDIDATES_PER_PIECE === 0) yield;
    const leastGain = chosenGain;
    const found = process.atIf(
      space.pointOf(candidate),
      (mean, deviation) => improvement(mean, deviation, process.highest) > leastGain,
    );
    const gain = found && improvement(found.mean, found.deviation, process.highest);
    if (gain === null || gain <= chosenGain || isTried(candidate)) continue;
    [chosen, chosenGain] = [candidate, gain];
  }
  return chosen;
}

/** Learns from the observations how fast the value changes along each parameter. Many times as expensive as a suggestion. */
export function* learnShape(
  params: readonly SpaceParam[],
  observations: readonly PlacedObservation[],
): Generator<undefined, ProcessShape, undefined> {
  const { axes } = createUnitSpace(params);
  return yield* findShape({ ...ranked(observations), axes });
}

/** Learns and suggests in one call, for few observations. @param params Parameters that all observations have. */
export function suggestByProcess(
  params: readonly SpaceParam[],
  observations: readonly Observation[],
  seed: number,
): TrialParams | null {
  const space = createUnitSpace(params);
  const placed = observations.map((one) => ({ ...one, point: space.pointOf(one.params) }));
  const tried = new Set(observations.map((one) => configurationKey(one.params)));
  const shape = runToEnd(learnShape(params, placed));
  const isTried = (candidate: TrialParams) => tried.has(configurationKey(candidate));
  return runToEnd(suggestByShape({ params, observations: placed, shape, seed, isTried }));
}

/** Best first; values far below the best are raised to a level that still has information. */
function ranked(observations: readonly PlacedObservation[]) {
  const sorted = observations.toSorted((a, b) => b.value - a.value);
  const values = sorted.map(({ value }) => value);
  const best = values[0] as number;
  const floor = best - DEPTH * (best - (values[values.length >> 1] as number));
  return { points: sorted.map(({ point }) => point), values: values.map((value) => Math.max(floor, value)) };
}

function* candidates(
  params: readonly SpaceParam[],
  space: UnitSpace,
  best: readonly (readonly number[])[],
  random: Random,
): Generator<TrialParams> {
  const choices = params.filter(({ range }) => range.kind === "choice");
  for (let at = 0; at < EVEN_CANDIDATES; at++) yield drawAll(params, random);
  for (const point of best) {
    for (const step of STEPS) {
      for (let at = 0; at < NEAR_CANDIDATES; at++) {
        const near = space.paramsAt(point.map((coordinate) => coordinate + step * random.normal()));
        const changed = choices.filter(() => random.next() < CHANGED_CHOICES);
        yield { ...near, ...drawAll(changed, random) };
      }
    }
  }
}

function drawAll(params: readonly SpaceParam[], random: Random): TrialParams {
  return Object.fromEntries(params.map(({ name, range }) => [name, drawEvenly(range, random)]));
}

/**
 * Expected improvement beyond a target: (μ − target) Φ(z) + σ φ(z), z = (μ − target) / σ (Jones et al. 1998). It rises with both.
 */
function improvement(mean: number, deviation: number, target: number): number {
  if (deviation === 0) return mean - target;
  const z = (mean - target) / deviation;
  return deviation * (z * normalCdf(z) + Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
}
