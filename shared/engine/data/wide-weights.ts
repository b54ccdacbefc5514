/** Weights are wide if the largest is more than this many times the median. */
const WIDE_WEIGHTS = 10;
/** Evenly spaced weights that quantiles are taken from: sorting all of a large data set would take seconds. */
const MOST_SORTED = 50_000;
/** The quantile that counts as one unit: the least weight, but for a few outliers. */
const UNIT_QUANTILE = 0.01;

/** What is known of wide weights. */
export interface WideWeights {
  readonly median: number;
  readonly unit: number;
}

/** Each trial of a study asks again of the same weights, which nobody changes: finding this sorts up to `MOST_SORTED` of them. */
const known = new WeakMap<Float32Array, WideWeights | null>();

/**
 * The median of wide weights, null of others: play counts from one to a hundred thousand are not usable as confidences, but their
 * logarithms are. Ratings and hours of a few days are not wide. The array must not change afterwards: the answer is remembered.
 */
export function medianOfWide(weights: Float32Array): number | null {
  return wideWeightsOf(weights)?.median ?? null;
}

/**
 * The unit that `logOfWeights` counts wide weights in, null of others. It does not depend on the scale of the weights. The array
 * must not change afterwards: the answer is remembered.
 */
export function unitOfWide(weights: Float32Array): number | null {
  return wideWeightsOf(weights)?.unit ?? null;
}

/** log(1 + w / unit), a copy. */
export function logOfWeights(weights: Float32Array, unit: number): Float32Array {
  return weights.map((weight) => Math.log1p(weight / unit));
}

function wideWeightsOf(weights: Float32Array): WideWeights | null {
  const found = known.get(weights);
  if (found !== undefined) return found;
  const wide = findWideWeights(weights);
  known.set(weights, wide);
  return wide;
}

function findWideWeights(weights: Float32Array): WideWeights | null {
  const { largest, sample } = surveyWeights(weights, 0, weights.length);
  return wideWeightsIn(largest, sample);
}

/** What the weights of a part of the entries add to the answer about all of them. */
export interface WeightSurvey {
  readonly largest: number;
  /** The evenly spaced ones among them. */
  readonly sample: Float32Array;
}

/** @param first Place of the first of these weights among all. */
export function surveyWeights(weights: Float32Array, first: number, entryCount: number): WeightSurvey {
  const count = Math.min(entryCount, MOST_SORTED);
  const placeOf = (at: number) => Math.floor((at * entryCount) / count) - first;
  let from = 0;
  while (from < count && placeOf(from) < 0) from++;
  let to = from;
  while (to < count && placeOf(to) < weights.length) to++;
  const sample = Float32Array.from({ length: to - from }, (_, at) => weights[placeOf(from + at)] as number);
  let largest = 0;
  for (let at = 0; at < weights.length; at++) largest = Math.max(largest, weights[at] as number);
  return { largest, sample };
}

/** The answer about all weights, null where they are not wide. @param sample All evenly spaced weights; sorted in place. */
export function wideWeightsIn(largest: number, sample: Float32Array): WideWeights | null {
  sample.sort();
  const median = sample[sample.length >> 1] ?? 1;
  if (!(largest > WIDE_WEIGHTS * median)) return null;
  return { median, unit: sample[Math.floor(UNIT_QUANTILE * sample.length)] ?? 1 };
}
