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
  const mean = sum / scores.length;
  const variance = squares / scores.length - mean * mean;
  // Below this the difference of the two is rounding.
  return { mean, deviation: variance > 1e-12 * mean * mean ? Math.sqrt(variance) : 0 };
}
