export interface Moments {
  readonly mean: number;
  /** Standard deviation; 0 when all scores are equal. */
  readonly deviation: number;
}

/** Standard deviation of a user's scores of all items, seen ones included; 0 when all are equal. */
export function deviationOf(scores: Float32Array): number {
  return momentsOf(scores).deviation;
}

/** The mean of a user's scores of all items, seen ones included, and their deviation. */
export function momentsOf(scores: Float32Array): Moments {
  let sum = 0;
  let squares = 0;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item] as number;
    sum += score;
    squares += score * score;
  }
  return momentsOfSums({ sum, squares, count: scores.length });
}

/** The same of the sum of `count` scores and of their squares. */
export function momentsOfSums({
  sum,
  squares,
  count,
}: {
  sum: number;
  squares: number;
  count: number;
}): Moments {
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  // Below this the difference of the two is rounding.
  return { mean, deviation: variance > 1e-12 * mean * mean ? Math.sqrt(variance) : 0 };
}
