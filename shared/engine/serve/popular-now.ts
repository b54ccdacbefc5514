import type { Servable } from "./model-artifact.ts";

/** An item by the number of its events in a window of time. */
export interface CountedItem {
  readonly itemId: string;
  readonly count: number;
}

/** How popular items are: by their events in a window first, then by the users in the training data. */
export interface Popularity {
  /** All items, the most popular first. */
  readonly order: Uint32Array;
  /** Events in the window, by item; items without one are absent. */
  readonly counts: ReadonlyMap<number, number>;
}

/** Equal counts are in the order of ids. Ids that the model does not know are left out. */
export function popularityOf(
  { items, popular }: Pick<Servable, "items" | "popular">,
  counted: readonly CountedItem[] = [],
): Popularity {
  const counts = new Map<number, number>();
  for (const { itemId, count } of counted) {
    const itemIndex = items.indexOf(itemId);
    if (itemIndex >= 0 && count > 0) counts.set(itemIndex, count);
  }
  if (counts.size === 0) return { order: popular, counts };
  const first = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b);
  const order = new Uint32Array(popular.length);
  let at = 0;
  for (const [itemIndex] of first) order[at++] = itemIndex;
  for (const itemIndex of popular) if (!counts.has(itemIndex)) order[at++] = itemIndex;
  return { order, counts };
}
