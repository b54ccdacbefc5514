import type { TrialParams, TrialRecord } from "../trial/trial.ts";
import type { SpaceParam } from "./search-space.ts";
import { createUnitSpace, type UnitSpace } from "./unit-space.ts";

/** A configuration, its value (larger is better), and its point in the unit space. */
export interface PlacedObservation {
  readonly params: TrialParams;
  readonly value: number;
  readonly point: readonly number[];
}

/** A regression is fitted to at most this many observations, which limits the cost of a suggestion. */
export const MAX_OBSERVATIONS = 96;
/** This many of them are the best, and this many the newest; the others are spread over the space. */
const BEST_KEPT = 32;
const NEWEST_KEPT = 16;
/** Up to this many, each new observation is a landmark; later landmarks follow at a growth of this share. */
const DENSE_LANDMARKS = 48;
const LANDMARK_GROWTH = 1.2;

/** A sample as of an earlier number of observations. */
export interface Landmark {
  readonly count: number;
  readonly observations: readonly PlacedObservation[];
}

/**
 * The observations with the most information about how the value depends on the parameters. While they are few, these are all.
 * Then they are the best, the newest, and others far from each other. Depends only on the added observations and their order.
 */
export class ObservationSample {
  readonly #space: UnitSpace;
  readonly #pending: TrialRecord[] = [];
  #kept: PlacedObservation[] = [];
  #count = 0;
  #first: PlacedObservation | null = null;
  #best: PlacedObservation | null = null;
  #landmark: Landmark = { count: 0, observations: [] };

  constructor(params: readonly SpaceParam[]) {
    this.#space = createUnitSpace(params);
  }

  /** Adds a trial that has a finite value. */
  add(trial: TrialRecord): void {
    this.#pending.push(trial);
  }

  /** Processes added trials, yielding between pieces; afterwards the sample is up to date. */
  *settle(): Generator<undefined, void, undefined> {
    for (let trial = this.#pending.shift(); trial; trial = this.#pending.shift()) {
      this.#take(trial);
      yield;
    }
  }

  /** Observations seen so far, kept or not. */
  get count(): number {
    return this.#count;
  }

  get first(): PlacedObservation | null {
    return this.#first;
  }

  get best(): PlacedObservation | null {
    return this.#best;
  }

  get observations(): readonly PlacedObservation[] {
    return this.#kept;
  }

  /** The sample at an earlier count: slow and expensive learning uses this, and its result holds until the next landmark. */
  get landmark(): Landmark {
    return this.#landmark;
  }

  #take({ params, value }: TrialRecord): void {
    const taken = { params, value: value as number, point: this.#space.pointOf(params) };
    this.#count++;
    this.#first ??= taken;
    if (!this.#best || taken.value > this.#best.value) this.#best = taken;
    this.#kept = [...this.#kept, taken];
    if (this.#kept.length > MAX_OBSERVATIONS) this.#kept.splice(this.#mostRedundant(), 1);
    const { count } = this.#landmark;
    if (count < DENSE_LANDMARKS || this.#count >= LANDMARK_GROWTH * count) {
      this.#landmark = { count: this.#count, observations: this.#kept };
    }
  }

  /** The position of the observation nearest to another, except the best and the newest; the oldest of equal ones. */
  #mostRedundant(): number {
    const kept = this.#kept;
    const newestFrom = kept.length - NEWEST_KEPT;
    const byValue = kept.map((_, at) => at).sort((a, b) => valueAt(kept, b) - valueAt(kept, a) || a - b);
    const isBest = new Set(byValue.slice(0, BEST_KEPT));
    let redundant = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < newestFrom; at++) {
      if (isBest.has(at)) continue;
      const distance = nearestDistance(kept, at);
      if (distance < least) [redundant, least] = [at, distance];
    }
    return redundant;
  }
}

function valueAt(kept: readonly PlacedObservation[], at: number): number {
  return (kept[at] as PlacedObservation).value;
}

/** Squared. */
function nearestDistance(kept: readonly PlacedObservation[], at: number): number {
  const { point } = kept[at] as PlacedObservation;
  let nearest = Number.POSITIVE_INFINITY;
  for (let other = 0; other < kept.length; other++) {
    if (other === at) continue;
    const { point: there } = kept[other] as PlacedObservation;
    let squared = 0;
    for (let axis = 0; axis < point.length && squared < nearest; axis++) {
      squared += ((point[axis] as number) - (there[axis] as number)) ** 2;
    }
    nearest = Math.min(nearest, squared);
  }
  return nearest;
}
