/** The newest written items of a project. */
import type { ShelfEntry } from "#jobs/item-shelf/packed-shelf.ts";
import type { ShelfView } from "../items/shelf-view.ts";

interface Aged {
  readonly itemId: string;
  /** Epoch milliseconds. */
  readonly newAt: number;
}

export interface LatestAsked {
  readonly limit: number;
  readonly offset: number;
  /** An item has all of them. */
  readonly categories: readonly string[];
  readonly exclude: ReadonlySet<string>;
}

/** By what changes only when an item comes, goes or is hidden: the order is made again no more often. */
const orders = new WeakMap<object, readonly Aged[]>();

/** Items that are shown, the newest first; of two of the same moment the first id. */
export function latestItems(view: ShelfView, { limit, offset, categories, exclude }: LatestAsked): Aged[] {
  const found: Aged[] = [];
  for (const item of orderOf(view)) {
    if (found.length === offset + limit) break;
    if (exclude.has(item.itemId)) continue;
    if (categories.length === 0 || hasAll(view.find(item.itemId), categories)) found.push(item);
  }
  return found.slice(offset);
}

function orderOf(view: ShelfView): readonly Aged[] {
  const known = orders.get(view.structure);
  if (known) return known;
  const items: Aged[] = [];
  for (const { itemId, state, newAt } of view.entries()) if (state === "shown") items.push({ itemId, newAt });
  items.sort((a, b) => b.newAt - a.newAt || (a.itemId < b.itemId ? -1 : 1));
  orders.set(view.structure, items);
  return items;
}

function hasAll(entry: ShelfEntry | null, categories: readonly string[]): boolean {
  // Looking for a text costs less than parsing.
  if (!entry || !categories.every((name) => entry.properties.includes(JSON.stringify(name)))) return false;
  const { Categories: own = [] } = JSON.parse(entry.properties) as { Categories?: unknown };
  return categories.every((name) => (Array.isArray(own) ? own.includes(name) : own === name));
}
