import { copyVectorInto, hasVector, type VectorRows } from "../../data/vector-rows.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import { createRandom } from "../../random.ts";
import { placeIn, takeOff, toLengthOne, type VectorFrame } from "./vector-frame.ts";

/** Numbers visited between two yields: some milliseconds. */
export const NUMBERS_PER_PIECE = 500_000;
/** Numbers of the rows from which components are found. */
const SAMPLED_NUMBERS = 500_000;
/** Power iterations of a component: enough for directions that stand out, and others matter little. */
const ITERATIONS = 20;

export interface FrameSettings {
  /** The share of the mean that is taken off, 0 … 1. */
  readonly centring: number;
  /** How many directions are taken off. */
  readonly components: number;
  readonly seed: number;
}

/** The mean of each column's vectors, and the directions in which centred vectors differ most. */
export function* learnFrame(vectors: VectorRows, settings: FrameSettings): Steps<VectorFrame> {
  const { widths } = vectors;
  const mean = settings.centring > 0 ? yield* meanOf(vectors) : new Float32Array(vectors.dim);
  for (let k = 0; k < mean.length; k++) mean[k] = settings.centring * (mean[k] as number);
  const centred = { widths, mean, directions: new Float32Array() };
  if (settings.components === 0) return centred;
  return { ...centred, directions: yield* componentsOf(vectors, centred, settings) };
}

/** By column over the rows that have one there. */
function* meanOf(vectors: VectorRows): Steps<Float32Array> {
  const { widths, dim, scales } = vectors;
  const sums = new Float64Array(dim);
  const counts = new Float64Array(widths.length);
  const row = new Float32Array(dim);
  const add = (from: number, to: number) => {
    for (let item = from; item < to; item++) {
      if (!hasVector(vectors, item)) continue;
      copyVectorInto(vectors, item, row);
      addTo(sums, row);
      countParts(widths, row, counts);
    }
  };
  yield* overRanges(scales.length, add, Math.ceil(NUMBERS_PER_PIECE / dim));
  let at = 0;
  for (const [column, width] of widths.entries()) {
    const count = Math.max(1, counts[column] as number);
    for (const end = at + width; at < end; at++) sums[at] = (sums[at] as number) / count;
  }
  return Float32Array.from(sums);
}

function addTo(sums: Float64Array, row: Float32Array): void {
  for (let k = 0; k < row.length; k++) sums[k] = (sums[k] as number) + (row[k] as number);
}

function countParts(widths: readonly number[], row: Float32Array, counts: Float64Array): void {
  let from = 0;
  for (const [column, width] of widths.entries()) {
    const isThere = row.subarray(from, from + width).some((value) => value !== 0);
    if (isThere) counts[column] = (counts[column] as number) + 1;
    from += width;
  }
}

/** The first principal components of a sample of rows, by power iterations, each in what the ones before leave. */
function* componentsOf(
  vectors: VectorRows,
  frame: VectorFrame,
  { components, seed }: FrameSettings,
): Steps<Float32Array> {
  const { dim } = vectors;
  const random = createRandom(seed);
  const sample = sampleOf(vectors, frame);
  const count = Math.min(components, dim, sample.length);
  const directions = new Float32Array(count * dim);
  for (let at = 0; at < count; at++) {
    const direction = directions.subarray(at * dim, (at + 1) * dim);
    for (let k = 0; k < dim; k++) direction[k] = random.next() - 0.5;
    toLengthOne(direction);
    for (let round = 0; round < ITERATIONS; round++) {
      direction.set(productOf(sample, direction));
      // Nothing is left in any direction.
      if (toLengthOne(direction) === 0) return directions.slice(0, at * dim);
      yield;
    }
    for (const row of sample) takeOff(row, direction);
  }
  return directions;
}

/** Rows at equal distances, in the frame. */
function sampleOf(vectors: VectorRows, frame: VectorFrame): Float32Array[] {
  const { dim, scales } = vectors;
  const known: number[] = [];
  for (let item = 0; item < scales.length; item++) if (hasVector(vectors, item)) known.push(item);
  const step = Math.max(1, Math.floor((known.length * dim) / SAMPLED_NUMBERS));
  return known
    .filter((_, at) => at % step === 0)
    .map((item) => {
      const row = new Float32Array(dim);
      copyVectorInto(vectors, item, row);
      placeIn(frame, row);
      return row;
    });
}

/** Σ (row · direction) row. */
function productOf(rows: readonly Float32Array[], direction: Float32Array): Float64Array {
  const product = new Float64Array(direction.length);
  for (const row of rows) {
    let along = 0;
    for (let k = 0; k < row.length; k++) along += (row[k] as number) * (direction[k] as number);
    for (let k = 0; k < row.length; k++) product[k] = (product[k] as number) + along * (row[k] as number);
  }
  return product;
}
