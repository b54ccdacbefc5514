/** Weights are wide if the largest is more than this many times the median. */
const WIDE_WEIGHTS = 10;
/** Evenly spaced weights that quantiles are taken from: sorting all of a large data set would take seconds. */
const MOST_SORTED = 50_000;
/** The quantile that counts as one unit: the least weight, but for a few outliers. */
const UNIT_QUANTILE = 0.01;

/** What is known of weights: null where they are not wide. */
interface WideWeights {
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
  const some = sortedSample(weights);
  const median = some[some.length >> 1] ?? 1;
  if (!isWide(weights, median)) return null;
  return { median, unit: some[Math.floor(UNIT_QUANTILE * some.length)] ?? 1 };
}

function sortedSample(weights: Float32Array): Float32Array {
  const count = Math.min(weights.length, MOST_SORTED);
  return Float32Array.from({ length: count }, (_, at) => {
    return weights[Math.floor((at * weights.length) / count)] as number;
  }).sort();
}

function isWide(weights: Float32Array, median: number): boolean {
  const limit = WIDE_WEIGHTS * median;
  for (let at = 0; at < weights.length; at++) if ((weights[at] as number) > limit) return true;
  return false;
}
