import type { Dataset } from "./dataset.ts";

const MS_PER_DAY = 86_400_000;

/** Adds each entry's age to the matrix, for algorithms that go by it; without times, the dataset as it is. */
export function withAges<Timed extends Pick<Dataset, "userItems" | "times">>(dataset: Timed): Timed {
  const { times, userItems } = dataset;
  if (!times) return dataset;
  let newest = Number.NEGATIVE_INFINITY;
  for (const time of times) if (time > newest) newest = time;
  const ages = Float32Array.from(times, (time) => (newest - time) / MS_PER_DAY);
  return { ...dataset, userItems: { ...userItems, ages } };
}
