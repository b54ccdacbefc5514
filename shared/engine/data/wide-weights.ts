/** Weights are wide if the largest is more than this many times the median. */
const WIDE_WEIGHTS = 10;
/** Evenly spaced weights that quantiles are taken from: sorting all of a large data set would take seconds. */
const MOST_SORTED = 50_000;
/** The quantile that counts as one unit: the least weight, but for a few outliers. */
const UNIT_QUANTILE = 0.01;

/**
 * The median of wide weights, null of others: play counts from one to a hundred thousand are not usable as confidences, but their
 * logarithms are. Ratings and hours of a few days are not wide.
 */
export function medianOfWide(weights: Float32Array): number | null {
  const some = sortedSample(weights);
  const median = some[some.length >> 1] ?? 1;
  return isWide(weights, median) ? median : null;
}

/** The unit that `logOfWeights` counts wide weights in, null of others. It does not depend on the scale of the weights. */
export function unitOfWide(weights: Float32Array): number | null {
  const some = sortedSample(weights);
  const median = some[some.length >> 1] ?? 1;
  return isWide(weights, median) ? (some[Math.floor(UNIT_QUANTILE * some.length)] ?? 1) : null;
}

/** log(1 + w / unit), a copy. */
export function logOfWeights(weights: Float32Array, unit: number): Float32Array {
  return weights.map((weight) => Math.log1p(weight / unit));
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
