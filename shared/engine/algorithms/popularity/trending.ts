import type { Algorithm } from "../fit/algorithm.ts";
import { requireAges, requireParams } from "../fit/fit-guards.ts";
import { popularityAlgorithm } from "./popularity.ts";

/**
 * Popularity that fades: an interaction counts its weight · 2^(−age / half_life_days), its age being the time from it to the
 * newest interaction of the training data. A short half-life gives recent trends, a long one plain popularity. An interaction
 * without a time counts nothing.
 *
 * Throws `BAD_DATA` when the data has no times at all.
 */
export const trending: Algorithm = popularityAlgorithm("Trending", ({ userItems }, raw) => {
  const { half_life_days: halfLife } = requireParams("Trending", raw);
  const { values } = userItems;
  const ages = requireAges("Trending", userItems);
  return (entry) => fadedWeight(values[entry] as number, ages[entry] as number, halfLife);
});

/** What an interaction counts. @param age In days; NaN counts nothing. */
export function fadedWeight(weight: number, age: number, halfLife: number): number {
  return Number.isNaN(age) ? 0 : weight * 2 ** (-age / halfLife);
}
