import type { RecentItems } from "./algorithm.ts";

/** Items by their ages, the oldest first; at the same age, in the order of items. Those of an unknown age come first. */
export function recentByAge(indices: Uint32Array, ages: Float32Array): RecentItems {
  const order = Uint32Array.from(indices.keys()).sort((a, b) => {
    const [one, other] = [ageAt(ages, a), ageAt(ages, b)];
    return Number(other > one) - Number(other < one) || a - b;
  });
  return {
    items: order.map((at) => indices[at] as number),
    daysAgo: Float32Array.from(order, (at) => ages[at] as number),
  };
}

const ageAt = (ages: Float32Array, at: number): number => {
  const age = ages[at] as number;
  return Number.isNaN(age) ? Number.POSITIVE_INFINITY : age;
};
