/**
 * Regression by a Gaussian process (Rasmussen & Williams 2006, chapters 2, 4 and 5): a constant mean, a Matérn 5/2 kernel with
 * one length for each axis, and noise. Lengths and noise maximise the marginal likelihood on a coarse grid; the amplitude has a
 * closed form. For up to about a hundred points: finding the shape takes some dozens of factorisations, fitting with a known
 * shape takes one.
 */

import { runToEnd } from "../trial/run-to-end.ts";
import { factorise, solve, solveLower } from "./triangular.ts";

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/** Called with the expectation at a point and an upper bound of its standard deviation. */
export type IsWorthwhile = (mean: number, largestDeviation: number) => boolean;

export interface GaussianProcess {
  /** Expectation and standard deviation of the noiseless function at a point. */
  at(point: readonly number[]): Prediction;
  /** The same, or null once it is clear that the point is not promising: the deviation is most of the work. */
  atIf(point: readonly number[], isWorthwhile: IsWorthwhile): Prediction | null;
  /** The largest expectation at the data's points. */
  readonly highest: number;
}

/** The assumptions of a process about the function. */
export interface ProcessShape {
  /** Length of each axis. */
  readonly lengths: readonly number[];
  /** Variance of the noise as a share of the amplitude. */
  readonly noise: number;
}

/** At least one point; all have the same number of coordinates, which should be of order 1. */
export interface ProcessData {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  /** For each coordinate the axis that it belongs to, 0 …; coordinates of one axis share a length. */
  readonly axes: readonly number[];
}

interface Posterior {
  readonly shape: ProcessShape;
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

/** Finds the shape of the largest marginal likelihood, yielding after each candidate: less than a millisecond. */
export function* findShape(data: ProcessData): Generator<undefined, ProcessShape, undefined> {
  const axisCount = axisCountOf(data);
  const distances = axisDistances(data);
  let best = posteriorOf(data, distances, { lengths: new Array(axisCount).fill(0.8), noise: 1e-2 });
  for (let round = 0; round < ROUNDS; round++) {
    for (const change of changes(axisCount)) {
      const other = posteriorOf(data, distances, change(best.shape));
      if (other.logLikelihood > best.logLikelihood) best = other;
      yield;
    }
  }
  return best.shape;
}

type Change = (shape: ProcessShape) => ProcessShape;

/** Every noise, then every length of every axis, with the rest as in the best shape so far. */
function changes(axisCount: number): Change[] {
  const ofNoise = NOISES.map(
    (noise): Change =>
      (shape) => ({ ...shape, noise }),
  );
  const ofLengths = Array.from({ length: axisCount }, (_, axis) =>
    LENGTHS.map(
      (length): Change =>
        (shape) => ({ ...shape, lengths: shape.lengths.with(axis, length) }),
    ),
  );
  return [...ofNoise, ...ofLengths.flat()];
}

/** Fits a process to points and their values; see `ProcessData`. */
export function fitGaussianProcess(
  points: ProcessData["points"],
  values: readonly number[],
  axes: readonly number[],
): GaussianProcess {
  const data = { points, values, axes };
  return processOf(data, runToEnd(findShape(data)));
}

/** The process of a known shape through the data. */
export function processOf(data: ProcessData, shape: ProcessShape): GaussianProcess {
  const { factor, weights, mean, amplitude } = posteriorOf(data, axisDistances(data), shape);
  const count = data.points.length;
  const kernelInto = kernelTo(data, shape);
  const kernel = new Float64Array(count);
  const atIf = (point: readonly number[], isWorthwhile: IsWorthwhile): Prediction | null => {
    kernelInto(kernel, point);
    let expected = mean;
    for (let row = 0; row < count; row++) expected += (kernel[row] as number) * (weights[row] as number);
    let explained = 0;
    for (let from = 0; from < count; from += ROWS_PER_LOOK) {
      const bound = Math.sqrt(amplitude * Math.max(0, 1 - explained));
      if (!isWorthwhile(expected, bound)) return null;
      const to = Math.min(count, from + ROWS_PER_LOOK);
      solveLower(factor, kernel, { from, to });
      for (let row = from; row < to; row++) explained += (kernel[row] as number) ** 2;
    }
    return { mean: expected, deviation: Math.sqrt(amplitude * Math.max(0, 1 - explained)) };
  };
  return {
    at: (point) => atIf(point, () => true) as Prediction,
    atIf,
    // The kernel times the weights equals the value less the noise share.
    highest: Math.max(...data.values.map((value, at) => value - shape.noise * (weights[at] as number))),
  };
}

/** Rows of the factor between two checks whether to continue. */
const ROWS_PER_LOOK = 12;

/** Fills a vector with the kernel between a point and each of the data's. */
function kernelTo(
  { points, axes }: ProcessData,
  { lengths }: ProcessShape,
): (kernel: Float64Array, point: readonly number[]) => void {
  const width = axes.length;
  const scales = axes.map((axis) => 1 / (lengths[axis] as number));
  const scaled = Float64Array.from(
    points.flatMap((point) => point.map((coordinate, at) => coordinate * (scales[at] as number))),
  );
  const here = new Float64Array(width);
  return (kernel, point) => {
    for (let at = 0; at < width; at++) here[at] = (point[at] as number) * (scales[at] as number);
    for (let row = 0; row < kernel.length; row++) {
      let squared = 0;
      for (let at = 0; at < width; at++) {
        const difference = (here[at] as number) - (scaled[row * width + at] as number);
        squared += difference * difference;
      }
      kernel[row] = matern(squared);
    }
  };
}

function axisCountOf({ axes }: ProcessData): number {
  return Math.max(-1, ...axes) + 1;
}

/** Squared distances of all pairs along each axis, pair (row, column < row) at row (row − 1) / 2 + column. */
function axisDistances(data: ProcessData): Float64Array[] {
  const { points, axes } = data;
  const pairCount = (points.length * (points.length - 1)) / 2;
  const distances = Array.from({ length: axisCountOf(data) }, () => new Float64Array(pairCount));
  let pair = 0;
  for (let row = 0; row < points.length; row++) {
    for (let column = 0; column < row; column++, pair++) {
      for (let at = 0; at < axes.length; at++) {
        const ofAxis = distances[axes[at] as number] as Float64Array;
        const difference = (points[row]?.[at] as number) - (points[column]?.[at] as number);
        ofAxis[pair] = (ofAxis[pair] as number) + difference * difference;
      }
    }
  }
  return distances;
}

function posteriorOf(
  { values }: ProcessData,
  distances: readonly Float64Array[],
  shape: ProcessShape,
): Posterior {
  const count = values.length;
  const factor = kernelMatrix(count, distances, shape);
  factorise(factor, count);
  const ones = solve(factor, new Float64Array(count).fill(1));
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

/** Lower triangle of kernel + noise. */
function kernelMatrix(
  count: number,
  distances: readonly Float64Array[],
  { lengths, noise }: ProcessShape,
): Float64Array {
  const squared = new Float64Array((count * (count - 1)) / 2);
  for (const [axis, ofAxis] of distances.entries()) {
    const scale = 1 / (lengths[axis] as number) ** 2;
    for (let pair = 0; pair < squared.length; pair++) {
      squared[pair] = (squared[pair] as number) + scale * (ofAxis[pair] as number);
    }
  }
  const matrix = new Float64Array(count * count);
  let pair = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < row; column++) {
      matrix[row * count + column] = matern(squared[pair++] as number);
    }
    matrix[row * count + row] = 1 + noise;
  }
  return matrix;
}

/** Keeps lengths near the width of the space while few points suggest otherwise. */
function logPrior({ lengths, noise }: ProcessShape): number {
  const ofLengths = lengths.reduce((total, length) => total - 0.5 * (Math.log(length / 0.6) / 1) ** 2, 0);
  return ofLengths - 0.5 * (Math.log(noise / 1e-3) / 3) ** 2;
}

/** Matérn 5/2: (1 + √5 r + 5/3 r²) e^(−√5 r), r² the squared distance in lengths. */
function matern(squared: number): number {
  const root = Math.sqrt(5 * squared);
  return (1 + root + (root * root) / 3) * Math.exp(-root);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
