/** Penalties that are tried, in rows of weight 1. The last leaves little more than the order of marginal correlations. */
export const PENALTIES = [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4] as const;
/** A row that decides its own prediction alone says nothing about new rows. */
const MOST_LEVERAGE = 0.999;

export interface ChosenPenalty {
  readonly penalty: number;
  /** The squared errors of the rows at this penalty, added up. */
  readonly leftOutError: number;
}

/** The squared errors of rows for each penalty, had each row been left out of the regression. */
export class LeftOutErrors {
  readonly #eigenvalues: Float64Array;
  /** Directions × targets, row-major: the right side of the normal equations. */
  readonly #right: Float64Array;
  readonly #dim: number;
  readonly #errors: number[][] = PENALTIES.map(() => []);
  readonly #predicted: Float64Array;

  constructor(eigenvalues: Float64Array, right: Float64Array, dim: number) {
    this.#eigenvalues = eigenvalues;
    this.#right = right;
    this.#dim = dim;
    this.#predicted = new Float64Array(dim);
  }

  /**
   * Adds a row: its coordinates along the eigenvectors and its targets, both without their means.
   * @param share Of the row's weight in that of all rows.
   */
  add(coordinates: Float64Array, targets: Float64Array, weight: number, share: number): void {
    for (const [at, penalty] of PENALTIES.entries()) {
      let leverage = share;
      const predicted = this.#predicted.fill(0);
      for (let k = 0; k < coordinates.length; k++) {
        const own = coordinates[k] as number;
        if (own === 0) continue;
        const shrunk = own / ((this.#eigenvalues[k] as number) + penalty);
        leverage += weight * own * shrunk;
        const start = k * this.#dim;
        for (let t = 0; t < this.#dim; t++) {
          predicted[t] = (predicted[t] as number) + shrunk * (this.#right[start + t] as number);
        }
      }
      let squares = 0;
      for (let t = 0; t < this.#dim; t++) squares += ((targets[t] as number) - (predicted[t] as number)) ** 2;
      this.#errors[at]?.push((weight * squares) / (1 - Math.min(leverage, MOST_LEVERAGE)) ** 2);
    }
  }

  /**
   * The largest penalty whose error is not clearly above the least: their difference is within one standard error. So a map that
   * does not generalise shrinks to the mean.
   */
  choose(): ChosenPenalty {
    const sums = this.#errors.map((errors) => errors.reduce((sum, error) => sum + error, 0));
    const best = this.#errors[sums.indexOf(Math.min(...sums))] ?? [];
    const chosen = this.#errors.findLastIndex((errors) => {
      const differences = errors.map((error, row) => error - (best[row] as number));
      return sumOf(differences) <= standardErrorOfSum(differences);
    });
    const at = Math.max(0, chosen);
    return { penalty: PENALTIES[at] as number, leftOutError: sums[at] as number };
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function standardErrorOfSum(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)));
}
