/**
 * Regression by a Gaussian process (Rasmussen & Williams 2006, chapters 2, 4 and 5): a constant mean, a Matérn 5/2 kernel with a
 * length of its own for each axis, and noise. Lengths and noise are those of the largest marginal likelihood on a coarse grid;
 * the amplitude has a closed form. For some dozens of points: fitting takes a few hundred factorisations.
 */

export interface GaussianProcess {
  /** Expectation and standard deviation of the noiseless function at a point. */
  at(point: readonly number[]): { readonly mean: number; readonly deviation: number };
}

interface Shape {
  /** Length of each axis. */
  readonly lengths: readonly number[];
  /** Variance of the noise as a share of the amplitude. */
  readonly noise: number;
}

interface Posterior {
  readonly shape: Shape;
  /** Lower triangle of the Cholesky factor of kernel + noise, row after row. */
  readonly factor: Float64Array;
  /** (kernel + noise)⁻¹ (value − mean). */
  readonly weights: Float64Array;
  readonly mean: number;
  readonly amplitude: number;
  readonly logLikelihood: number;
}

const LENGTHS = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2];
const NOISES = [1e-4, 1e-3, 1e-2, 1e-1];
const ROUNDS = 2;

/**
 * Fits a process to at least one point. All points have the same number of coordinates, which should be of order 1.
 *
 * @param axes For each coordinate the axis that it belongs to, 0 …; coordinates of one axis share a length.
 */
export function fitGaussianProcess(
  points: readonly (readonly number[])[],
  values: readonly number[],
  axes: readonly number[],
): GaussianProcess {
  const axisCount = Math.max(-1, ...axes) + 1;
  let best = posteriorOf(points, values, axes, { lengths: new Array(axisCount).fill(0.8), noise: 1e-2 });
  const consider = (shape: Shape): void => {
    const other = posteriorOf(points, values, axes, shape);
    if (other.logLikelihood > best.logLikelihood) best = other;
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const noise of NOISES) consider({ ...best.shape, noise });
    for (let axis = 0; axis < axisCount; axis++) {
      for (const length of LENGTHS)
        consider({ ...best.shape, lengths: best.shape.lengths.with(axis, length) });
    }
  }
  return { at: (point) => predict(best, points, axes, point) };
}

function posteriorOf(
  points: readonly (readonly number[])[],
  values: readonly number[],
  axes: readonly number[],
  shape: Shape,
): Posterior {
  const count = points.length;
  const factor = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < row; column++) {
      factor[row * count + column] = similarity(points[row] ?? [], points[column] ?? [], axes, shape.lengths);
    }
    factor[row * count + row] = 1 + shape.noise;
  }
  factorise(factor, count);
  const ones = solve(
    factor,
    Float64Array.from(values, () => 1),
  );
  const raw = solve(factor, Float64Array.from(values));
  const mean = sum(raw) / sum(ones);
  const weights = raw.map((value, at) => value - mean * (ones[at] as number));
  const misfit = values.reduce((total, value, at) => total + (value - mean) * (weights[at] as number), 0);
  const amplitude = Math.max(misfit / count, Number.MIN_VALUE);
  let logDeterminant = 0;
  for (let row = 0; row < count; row++) logDeterminant += 2 * Math.log(factor[row * count + row] as number);
  const logLikelihood = -0.5 * (count * Math.log(amplitude) + logDeterminant) + logPrior(shape);
  return { shape, factor, weights, mean, amplitude, logLikelihood };
}

/** Keeps lengths near the width of the space while few points say otherwise. */
function logPrior({ lengths, noise }: Shape): number {
  const ofLengths = lengths.reduce((total, length) => total - 0.5 * (Math.log(length / 0.6) / 1) ** 2, 0);
  return ofLengths - 0.5 * (Math.log(noise / 1e-3) / 3) ** 2;
}

function predict(
  { shape, factor, weights, mean, amplitude }: Posterior,
  points: readonly (readonly number[])[],
  axes: readonly number[],
  point: readonly number[],
): { mean: number; deviation: number } {
  const kernel = Float64Array.from(points, (other) => similarity(point, other, axes, shape.lengths));
  const expected = kernel.reduce((total, value, at) => total + value * (weights[at] as number), mean);
  const half = solveLower(factor, kernel.slice());
  const explained = half.reduce((total, value) => total + value * value, 0);
  return { mean: expected, deviation: Math.sqrt(amplitude * Math.max(0, 1 - explained)) };
}

/** Matérn 5/2: (1 + √5 r + 5/3 r²) e^(−√5 r), r the distance in lengths. */
function similarity(
  a: readonly number[],
  b: readonly number[],
  axes: readonly number[],
  lengths: readonly number[],
): number {
  let squared = 0;
  for (let at = 0; at < a.length; at++) {
    const distance = ((a[at] as number) - (b[at] as number)) / (lengths[axes[at] as number] as number);
    squared += distance * distance;
  }
  const root = Math.sqrt(5 * squared);
  return (1 + root + root ** 2 / 3) * Math.exp(-root);
}

/** Cholesky factor of a symmetric positive definite matrix, of which the lower triangle is given and overwritten. */
function factorise(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column] as number;
      for (let at = 0; at < column; at++) {
        rest -= (matrix[row * size + at] as number) * (matrix[column * size + at] as number);
      }
      matrix[row * size + column] =
        row === column ? Math.sqrt(Math.max(rest, 1e-12)) : rest / (matrix[column * size + column] as number);
    }
  }
}

/** L⁻¹ b, in place. */
function solveLower(factor: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  for (let row = 0; row < size; row++) {
    let rest = vector[row] as number;
    for (let at = 0; at < row; at++) rest -= (factor[row * size + at] as number) * (vector[at] as number);
    vector[row] = rest / (factor[row * size + row] as number);
  }
  return vector;
}

/** (L Lᵀ)⁻¹ b, in place. */
function solve(factor: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  solveLower(factor, vector);
  for (let row = size - 1; row >= 0; row--) {
    let rest = vector[row] as number;
    for (let at = row + 1; at < size; at++) {
      rest -= (factor[at * size + row] as number) * (vector[at] as number);
    }
    vector[row] = rest / (factor[row * size + row] as number);
  }
  return vector;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
