import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";

/** Penalties that are tried, in rows of weight 1. The last leaves little more than the order of marginal correlations. */
export const PENALTIES = [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4] as const;
/** A row that decides its own prediction alone says nothing about new rows. */
const MOST_LEVERAGE = 0.999;

export interface ChosenPenalty {
  readonly penalty: number;
  /** The squared errors of the rows at this penalty, added up. */
  readonly leftOutError: number;
}

export interface LeftOutInput {
  readonly kernels: Kernels;
  readonly eigenvalues: Float64Array;
  /** Directions × targets, row-major: the right side of the normal equations. */
  readonly right: Float64Array;
  readonly dim: number;
  /** Most rows between two calls of `flush`. */
  readonly capacity: number;
}

interface Row {
  readonly targets: Float64Array;
  readonly weight: number;
  /** By penalty. */
  readonly leverages: readonly number[];
}

/** The squared errors of rows for each penalty, had each row been left out of the regression. */
export class LeftOutErrors {
  readonly #kernels: Kernels;
  readonly #eigenvalues: Float64Array;
  readonly #dim: number;
  readonly #stride: number;
  readonly #errors: number[][] = PENALTIES.map(() => []);
  /** (Penalties × targets) × stride: the regressions of all penalties. */
  readonly #regressions: F32Buffer;
  /** Rows × stride. */
  readonly #coordinates: F32Buffer;
  /** Rows × (penalties × targets). */
  readonly #predicted: F32Buffer;
  #rows: Row[] = [];

  constructor({ kernels, eigenvalues, right, dim, capacity }: LeftOutInput) {
    this.#kernels = kernels;
    this.#eigenvalues = eigenvalues;
    this.#dim = dim;
    this.#stride = paddedDim(eigenvalues.length);
    this.#regressions = kernels.allocF32(PENALTIES.length * dim * this.#stride);
    this.#coordinates = kernels.allocF32(capacity * this.#stride);
    this.#predicted = kernels.allocF32(capacity * PENALTIES.length * dim);
    const regressions = this.#regressions.view;
    for (const [at, penalty] of PENALTIES.entries()) {
      for (let t = 0; t < dim; t++) {
        const start = (at * dim + t) * this.#stride;
        for (const [k, value] of eigenvalues.entries()) {
          regressions[start + k] = (right[k * dim + t] as number) / (value + penalty);
        }
      }
    }
  }

  /**
   * Adds a row: its coordinates along the eigenvectors and its targets, both without their means. It counts from the next `flush` on.
   * @param share Of the row's weight in that of all rows.
   */
  add(coordinates: Float64Array, targets: Float64Array, weight: number, share: number): void {
    this.#coordinates.view.set(coordinates, this.#rows.length * this.#stride);
    const leverages = PENALTIES.map((penalty) => {
      let sum = 0;
      for (let k = 0; k < coordinates.length; k++) {
        sum += (coordinates[k] as number) ** 2 / ((this.#eigenvalues[k] as number) + penalty);
      }
      return share + weight * sum;
    });
    this.#rows.push({ targets: targets.slice(), weight, leverages });
  }

  /** Predicts the targets of the added rows together. */
  flush(): void {
    const size = PENALTIES.length * this.#dim;
    this.#kernels.scoreInto({
      ...{ factors: this.#regressions, dim: this.#stride, rowCount: size, out: this.#predicted },
      ...{ vectors: this.#coordinates, vectorOffset: 0, vectorCount: this.#rows.length },
    });
    const predicted = this.#predicted.view;
    for (const [row, { targets, weight, leverages }] of this.#rows.entries()) {
      for (const [at, leverage] of leverages.entries()) {
        const start = row * size + at * this.#dim;
        let squares = 0;
        for (let t = 0; t < this.#dim; t++) {
          squares += ((targets[t] as number) - (predicted[start + t] as number)) ** 2;
        }
        this.#errors[at]?.push((weight * squares) / (1 - Math.min(leverage, MOST_LEVERAGE)) ** 2);
      }
    }
    this.#rows = [];
  }

  /** Gives back kernel memory. Idempotent. */
  free(): void {
    for (const buffer of [this.#regressions, this.#coordinates, this.#predicted]) buffer.free();
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
