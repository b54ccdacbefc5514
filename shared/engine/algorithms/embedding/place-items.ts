import { copyVectorInto, hasVector, roundToBytes, type VectorRows } from "../../data/vector-rows.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import type { Int8Factors } from "../factor-store/int8-factors.ts";
import { NUMBERS_PER_PIECE } from "./learn-frame.ts";
import { placeIn, toLengthOne, type VectorFrame } from "./vector-frame.ts";

interface Placing {
  readonly frame: VectorFrame;
  /** Users of each item. */
  readonly counts: ArrayLike<number>;
  readonly popularity: Float32Array | null;
}

/** Writes the vector of each item into the model's memory. @returns The mean of those of all interactions, at length 1. */
export function* placeItems(
  vectors: VectorRows,
  items: Int8Factors,
  { frame, counts, popularity }: Placing,
): Steps<Float32Array> {
  const { dim, scales } = vectors;
  const sums = new Float64Array(dim);
  const row = new Float32Array(dim);
  const place = (from: number, to: number) => {
    const [bytes, itemScales] = [items.values.view, items.scales.view];
    for (let item = from; item < to; item++) {
      if (!hasVector(vectors, item)) continue;
      copyVectorInto(vectors, item, row);
      placeIn(frame, row);
      const start = item * items.stride;
      const scale = roundToBytes(row, bytes.subarray(start, start + dim));
      itemScales[item] = scale * (popularity ? (popularity[item] as number) : 1);
      addTimes(sums, row, counts[item] as number);
    }
  };
  yield* overRanges(scales.length, place, Math.ceil(NUMBERS_PER_PIECE / (4 * dim)));
  const prior = Float32Array.from(sums);
  toLengthOne(prior);
  return prior;
}

function addTimes(sums: Float64Array, row: Float32Array, factor: number): void {
  for (let k = 0; k < row.length; k++) sums[k] = (sums[k] as number) + factor * (row[k] as number);
}
