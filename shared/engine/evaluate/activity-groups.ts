import type { PerUser } from "./ranking-totals.ts";

/** Users of similar activity, and how good their lists are. */
export interface ActivityGroup {
  readonly name: (typeof ACTIVITY_GROUPS)[number];
  /** The fewest and the most items that one of them is known by. */
  readonly from: number;
  readonly to: number;
  readonly users: number;
  /** Means over them. */
  readonly metrics: Readonly<Record<string, number>>;
}

export const ACTIVITY_GROUPS = ["few", "middle", "many"] as const;

/**
 * The measured users in thirds by the number of items that they are known by. Equal users are never parted, so groups may be smaller
 * than a third, and one that stays empty is left out.
 *
 * @param sizes See `EvaluationResult.profileSizes`.
 * @param perUser In the same order.
 */
export function activityGroups(sizes: Uint32Array, perUser: PerUser): ActivityGroup[] {
  const sorted = sizes.toSorted();
  const lastOf = (third: number) => sorted[Math.ceil((third * sorted.length) / 3) - 1] ?? 0;
  const bounds = [-1, lastOf(1), lastOf(2), Number.POSITIVE_INFINITY];
  return ACTIVITY_GROUPS.flatMap((name, at) => {
    const [above, upTo] = [bounds[at] as number, bounds[at + 1] as number];
    const own = [...sizes.keys()].filter((user) => {
      const size = sizes[user] as number;
      return size > above && size <= upTo;
    });
    if (own.length === 0) return [];
    const inside = sorted.filter((size) => size > above && size <= upTo);
    const metrics = Object.entries(perUser).map(([metric, values]) => [metric, meanOf(values, own)]);
    const [from = 0, to = 0] = [inside[0], inside.at(-1)];
    return [{ name, from, to, users: own.length, metrics: Object.fromEntries(metrics) }];
  });
}

function meanOf(values: Float32Array, users: readonly number[]): number {
  return users.reduce((sum, user) => sum + (values[user] as number), 0) / users.length;
}
