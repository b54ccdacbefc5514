import type { DatasetRules } from "./dataset-rules.ts";
import { nthSmallest } from "./nth-smallest.ts";

/** Caps the weights of pairs, in place, by both caps of the rules. */
export function capWeights(
  values: Float32Array,
  { maxWeight = Number.POSITIVE_INFINITY, capQuantile = 1 }: DatasetRules,
): void {
  const most = Math.min(maxWeight, capQuantile < 1 ? quantileOfLikes(values, capQuantile) : maxWeight);
  capAt(most, values);
}

/** Caps weights at a number, in place. */
export function capAt(most: number, values: Float32Array): void {
  if (most === Number.POSITIVE_INFINITY) return;
  for (let entry = 0; entry < values.length; entry++) {
    if ((values[entry] as number) > most) values[entry] = most;
  }
}

/** The least weight that a share of the weights above 0 does not exceed; infinity without any. */
function quantileOfLikes(values: Float32Array, share: number): number {
  const likes = Float64Array.from(values.filter((value) => value > 0));
  if (likes.length === 0) return Number.POSITIVE_INFINITY;
  return nthSmallest(likes, rankOfCap(share, likes.length));
}

/** The position, from 0, of the cap among the sorted weights above 0. */
export function rankOfCap(share: number, likeCount: number): number {
  return Math.ceil(share * likeCount) - 1;
}
