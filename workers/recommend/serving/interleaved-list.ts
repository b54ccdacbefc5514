/** One list of two slots: each makes its own, and they pick in turns. */

import { teamDraft } from "#engine/experiment/team-draft.ts";
import type { Random } from "#engine/random.ts";
import type { RecommendedItem } from "#engine/serve/recommendation.ts";
import type { MadeList } from "./make-list.ts";

/** An item, and the slot that picked it. */
export interface PickedItem extends RecommendedItem {
  readonly slotId: number;
}

export interface Interleaving {
  readonly offset: number;
  readonly limit: number;
  readonly slots: readonly [a: number, b: number];
  readonly coins: Random;
}

/**
 * A page of the drafted list, and the ids of both. All else is that of the first list.
 *
 * @param a Ranks 1 … offset + limit of the first slot; `b` of the second.
 */
export function interleavedList(
  a: MadeList,
  b: MadeList,
  { offset, limit, slots, coins }: Interleaving,
): MadeList & { readonly items: readonly PickedItem[]; readonly halves: readonly (readonly string[])[] } {
  const items = { a: byId(a), b: byId(b) };
  const drafted = teamDraft([...items.a.keys()], [...items.b.keys()], offset + limit, coins);
  const picked = drafted.slice(offset).map(({ itemId, team }): PickedItem => {
    const item = items[team].get(itemId) as RecommendedItem;
    return { ...item, slotId: slots[team === "a" ? 0 : 1] };
  });
  const warnings = [...new Set([...a.warnings, ...b.warnings])];
  const halves = [[...items.a.keys()], [...items.b.keys()]];
  return { ...a, items: picked, halves, total: Math.max(a.total, b.total), warnings };
}

function byId({ items }: MadeList): Map<string, RecommendedItem> {
  return new Map(items.map((item) => [item.itemId, item]));
}
