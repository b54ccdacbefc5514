/** Which events make items popular, and how they are put in order. */
import { eventWeight, type OwnEventWeights } from "#contract/event-weight.ts";
import type { PopularWindow } from "#contract/recommend.ts";
import type { CountedItem } from "#engine/serve/popular-now.ts";
import type { CountAnswer, CountGroup } from "#jobs/event-shard/event-counts.ts";

export interface CountedBy {
  readonly window: PopularWindow;
  /** All events, or those of a category or a country. */
  readonly group: CountGroup;
  /** The number of events, or how far it has grown since the window before. */
  readonly order: "count" | "growth";
}

/** What makes items popular where a request does not say. */
export const LAST_WEEK: CountedBy = { window: "7d", group: "", order: "count" };

const NO_COUNTS: readonly CountedItem[] = [];

/** Items by their events, each times the weight of its type. */
export function weighCounts(
  { counts }: CountAnswer,
  own: OwnEventWeights | undefined,
  order: CountedBy["order"],
): readonly CountedItem[] {
  const sums = new Map<string, { now: number; before: number }>();
  for (const { itemId, type, count, before = 0 } of counts) {
    const weight = eventWeight(type, undefined, own) ?? 0;
    if (weight <= 0) continue;
    const sum = sums.get(itemId) ?? { now: 0, before: 0 };
    sums.set(itemId, { now: sum.now + weight * count, before: sum.before + weight * before });
  }
  const counted = Array.from(sums, ([itemId, { now, before }]) => ({
    itemId,
    count: order === "count" ? now : growthOf(now, before),
  }));
  const rising = counted.filter(({ count }) => count > 0);
  return rising.length === 0 ? NO_COUNTS : rising;
}

/**
 * How many standard deviations two counts differ by, if events come by chance (Poisson). A few events more on a rare item say less
 * than the same share on a frequent one.
 */
function growthOf(now: number, before: number): number {
  return now + before > 0 ? (now - before) / Math.sqrt(now + before) : 0;
}
