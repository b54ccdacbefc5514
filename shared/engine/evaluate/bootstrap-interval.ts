import { EngineError } from "../engine-error.ts";
import { createRandom, type Random } from "../random.ts";
import type { MetricKey } from "./metrics.ts";
import type { PerUser } from "./ranking-totals.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals of means by metric. */
export type Intervals = Readonly<Record<MetricKey, Interval>>;

// More users need fewer samples for an equally exact interval. Up to 10,000 users have 1,000, so that chance in the resamples rarely decides
// whether an interval holds 0.
const DRAWS = 10_000_000;
/** Draws between two steps: a few milliseconds. */
const DRAWS_PER_STEP = 250_000;
const CONFIDENCE = 0.95;

/** The 95 % interval of the mean of each metric, all from the same resamples of users. */
export function bootstrapIntervals(perUser: PerUser, seed: number): Intervals {
  const steps = bootstrapInSteps(perUser, seed);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same, a few milliseconds a step. */
export function* bootstrapInSteps(perUser: PerUser, seed: number): Generator<void, Intervals> {
  return intervalsOf(yield* resampleInSteps(perUser, seed));
}

/**
 * Means of each metric over resamples of the users. Two models that were measured on the same users with one seed have the same
 * users in each resample, so that their means pair up: see `pairedDifferences`. Of few users, their values can be computed from them.
 */
export interface Resampled {
  /** Number of measured users. */
  readonly users: number;
  readonly seed: number;
  /** By resample: 200 … 1,000 of them, as the number of users says. */
  readonly means: Readonly<Record<MetricKey, ArrayLike<number>>>;
}

/** Draws the resamples of `bootstrapIntervals`, a few milliseconds a step. */
export function* resampleInSteps(perUser: PerUser, seed: number): Generator<void, Resampled> {
  const metrics = Object.entries(perUser);
  const count = metrics[0]?.[1].length ?? 0;
  if (metrics.length > 0) requireValues(count);
  const resamples = Math.min(1000, Math.max(200, Math.round(DRAWS / Math.max(1, count))));
  const sampled = metrics.map(([metric, values]) => ({ metric, values, means: new Float64Array(resamples) }));
  const random = createRandom(seed);
  const draws = new Uint32Array(count);
  let drawn = 0;
  for (let resample = 0; resample < resamples; resample++) {
    random.fillBelow(count, draws);
    for (const { values, means } of sampled) means[resample] = meanOf(values, draws);
    drawn += count;
    if (drawn < DRAWS_PER_STEP) continue;
    drawn = 0;
    yield;
  }
  return {
    users: count,
    seed,
    means: Object.fromEntries(sampled.map(({ metric, means }) => [metric, means])),
  };
}

/** The 95 % interval of each metric's mean. */
export function intervalsOf({ means }: Resampled): Intervals {
  const intervals = Object.entries(means).map(([metric, of]) => [metric, percentileInterval(of, CONFIDENCE)]);
  return Object.fromEntries(intervals);
}

/**
 * Confidence interval of the mean by the percentile bootstrap (Efron 1979): the mean of many samples drawn with replacement, cut
 * at both tails. Costs `resamples` draws per value, about 5 ns each. Throws `EMPTY_DATA` without values.
 */
export function bootstrapInterval(
  values: Float32Array,
  random: Random,
  { confidence = CONFIDENCE, resamples = 1000 }: { confidence?: number; resamples?: number } = {},
): Interval {
  requireValues(values.length);
  const draws = new Uint32Array(values.length);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    random.fillBelow(values.length, draws);
    means[resample] = meanOf(values, draws);
  }
  return percentileInterval(means, confidence);
}

function requireValues(count: number): void {
  if (count === 0) throw new EngineError("EMPTY_DATA", "No values to take an interval of.");
}

function meanOf(values: Float32Array, draws: Uint32Array): number {
  let sum = 0;
  for (let draw = 0; draw < draws.length; draw++) sum += values[draws[draw] as number] as number;
  return sum / draws.length;
}

/** Where resampled values lie, without both tails. @param values At least one. */
export function percentileInterval(values: ArrayLike<number>, confidence = CONFIDENCE): Interval {
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Linear between the two nearest values. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
