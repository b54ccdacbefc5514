import { createRandom, type Random } from "../random.ts";
import { configurationKey } from "./exhaustion.ts";
import { fitGaussianProcess, type GaussianProcess } from "./gaussian-process.ts";
import { normalCdf } from "./normal.ts";
import { drawEvenly } from "./parzen-estimator.ts";
import type { SpaceParam } from "./search-space.ts";
import type { TrialParams } from "./trial.ts";
import { createUnitSpace, type UnitSpace } from "./unit-space.ts";

/** A configuration and what it was worth; larger is better. */
export interface Observation {
  readonly params: TrialParams;
  readonly value: number;
}

const EVEN_CANDIDATES = 200;
const NEAR_CANDIDATES = 60;
/** Widths of the steps from the best points, as shares of the ranges. */
const STEPS = [0.01, 0.04, 0.12];
const NEAR_BEST = 3;
/** A small step never changes a choice; so many of them are drawn anew. */
const CHANGED_CHOICES = 0.25;
/** Values that are worse than the best by more than so many times the median's distance tell nothing about the top. */
const DEPTH = 2.5;

/**
 * Suggests the parameters with the largest expected improvement under a Gaussian process, of candidates from everywhere and from
 * around the best; null when all candidates were tried. Needs far fewer trials than a density estimate where the value depends
 * smoothly on few parameters.
 *
 * @param params Parameters that all observations have.
 */
export function suggestByProcess(
  params: readonly SpaceParam[],
  observations: readonly Observation[],
  seed: number,
): TrialParams | null {
  const random = createRandom(seed);
  const space = createUnitSpace(params);
  const ranked = observations.toSorted((a, b) => b.value - a.value);
  const values = ranked.map(({ value }) => value);
  const best = values[0] as number;
  const floor = best - DEPTH * (best - (values[values.length >> 1] as number));
  const points = ranked.map((one) => space.pointOf(one.params));
  const process = fitGaussianProcess(
    points,
    values.map((value) => Math.max(floor, value)),
    space.axes,
  );
  const target = Math.max(...points.map((point) => process.at(point).mean));
  const tried = new Set(ranked.map((one) => configurationKey(one.params)));
  let chosen: TrialParams | null = null;
  let chosenGain = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates(params, space, points.slice(0, NEAR_BEST), random)) {
    const gain = expectedImprovement(process, space.pointOf(candidate), target);
    if (gain <= chosenGain || tried.has(configurationKey(candidate))) continue;
    [chosen, chosenGain] = [candidate, gain];
  }
  return chosen;
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

/** (μ − target) Φ(z) + σ φ(z), z = (μ − target) / σ (Jones et al. 1998). */
function expectedImprovement(process: GaussianProcess, point: readonly number[], target: number): number {
  const { mean, deviation } = process.at(point);
  if (deviation === 0) return mean - target;
  const z = (mean - target) / deviation;
  return deviation * (z * normalCdf(z) + Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
}
