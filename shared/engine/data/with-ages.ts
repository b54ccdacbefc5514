import type { Dataset } from "./dataset.ts";
import { timeLandmarks } from "./time-landmarks.ts";

const MS_PER_DAY = 86_400_000;

/**
 * Adds each entry's age to the matrix, for algorithms that use it; returns a dataset without times unchanged. Ages count from the
 * reference time of the dataset (see `timeLandmarks`); later times have the age 0.
 */
export function withAges<Timed extends Pick<Dataset, "userItems" | "times">>(dataset: Timed): Timed {
  const { times, userItems } = dataset;
  if (!times) return dataset;
  const reference = timeLandmarks(times)?.reference ?? Number.NaN;
  return { ...dataset, userItems: { ...userItems, ages: agesOf(times, reference) } };
}

/** Days from each time to a reference, 0 for later ones; NaN where unknown. Both in epoch milliseconds. */
export function agesOf(times: Float64Array, reference: number): Float32Array {
  return Float32Array.from(times, (time) => Math.max(0, reference - time) / MS_PER_DAY);
}
