/**
 * What is known of a variant's people: sums over them, which can be added up over days and shards, and the mean with its variance that
 * they give. The person is the unit: a person counts once, with one number, however often they came.
 */

/** Sums over people of a value y, and of a second value x beside it: the same metric before the test, or what y is divided by. */
export interface UnitSums {
  readonly count: number;
  readonly sum: number;
  readonly sumSquares: number;
  readonly other: number;
  readonly otherSquares: number;
  readonly product: number;
}

/** A mean over people, and the variance of one person around it. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

export const NO_UNITS: UnitSums = {
  count: 0,
  sum: 0,
  sumSquares: 0,
  other: 0,
  otherSquares: 0,
  product: 0,
};

/** The sums with one more person. @param other 0 for a metric without a second value. */
export function withUnit(sums: UnitSums, value: number, other = 0): UnitSums {
  return addSums(sums, {
    count: 1,
    sum: value,
    sumSquares: value * value,
    other,
    otherSquares: other * other,
    product: value * other,
  });
}

export function addSums(a: UnitSums, b: UnitSums): UnitSums {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    sumSquares: a.sumSquares + b.sumSquares,
    other: a.other + b.other,
    otherSquares: a.otherSquares + b.otherSquares,
    product: a.product + b.product,
  };
}

/** The mean of a value per person. Its variance has n − 1 below; 0 for fewer than two people. */
export function meanSample({
  count,
  sum,
  sumSquares,
}: Pick<UnitSums, "count" | "sum" | "sumSquares">): Sample {
  return { count, mean: count > 0 ? sum / count : 0, variance: varianceOf(count, sumSquares, sum) };
}

/** The share of people who did something. */
export function shareSample(successes: number, count: number): Sample {
  const mean = count > 0 ? successes / count : 0;
  return { count, mean, variance: mean * (1 - mean) };
}

/**
 * The sum of y over the sum of x, such as clicks over impressions, with the person as the unit. Variance by the delta method: Deng,
 * Knoblich, Lu, "Applying the Delta Method in Metric Analytics" (2018), formula 3. 0 where no x is.
 */
export function ratioSample(sums: UnitSums): Sample {
  const { count, sum, sumSquares, other, otherSquares, product } = sums;
  if (other === 0) return { count, mean: 0, variance: 0 };
  const ratio = sum / other;
  const below = other / count;
  const ofValue = varianceOf(count, sumSquares, sum);
  const ofOther = varianceOf(count, otherSquares, other);
  const together = covarianceOf(count, product, sum, other);
  const variance = (ofValue - 2 * ratio * together + ratio * ratio * ofOther) / (below * below);
  return { count, mean: ratio, variance: Math.max(0, variance) };
}

/**
 * The mean of y, with that part of the differences between people taken out which their x, the same metric before the test, explains.
 * Deng, Xu, Kohavi, Walker, "Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data" (2013).
 *
 * @param all The sums of all variants: they give the slope and the mean of x, so that no variant is moved by its own.
 */
export function adjustedSample(sums: UnitSums, all: UnitSums): Sample {
  const { count } = sums;
  const ofOther = varianceOf(all.count, all.otherSquares, all.other);
  if (count === 0 || ofOther === 0) return meanSample(sums);
  const slope = covarianceOf(all.count, all.product, all.sum, all.other) / ofOther;
  const shift = slope * (sums.other / count - all.other / all.count);
  const variance =
    varianceOf(count, sums.sumSquares, sums.sum) -
    2 * slope * covarianceOf(count, sums.product, sums.sum, sums.other) +
    slope * slope * varianceOf(count, sums.otherSquares, sums.other);
  return { count, mean: sums.sum / count - shift, variance: Math.max(0, variance) };
}

/**
 * The mean over strata, such as the periods of an experiment: Σ w m, with the variance Σ w² s²/n of that mean. Weights are the same for all
 * variants, so a variant whose share grows in a good week does not look better for it. Cochran, "Sampling Techniques" (1977), formulas
 * 5.1 and 5.6.
 *
 * @param weights Of the strata, as many as samples; only their proportions count.
 */
export function stratifiedSample(samples: readonly Sample[], weights: readonly number[]): Sample {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [count, mean, variance] = [0, 0, 0];
  samples.forEach((sample, at) => {
    const weight = total > 0 ? (weights[at] ?? 0) / total : 0;
    if (weight === 0) return;
    count += sample.count;
    mean += weight * sample.mean;
    variance += (weight * weight * sample.variance) / sample.count;
  });
  return { count, mean, variance: variance * count };
}

/** Never negative by rounding. */
function varianceOf(count: number, squares: number, sum: number): number {
  return Math.max(0, covarianceOf(count, squares, sum, sum));
}

function covarianceOf(count: number, product: number, a: number, b: number): number {
  return count < 2 ? 0 : (product - (a * b) / count) / (count - 1);
}
