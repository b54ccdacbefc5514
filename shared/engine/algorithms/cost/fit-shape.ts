import type { CsrMatrix } from "../../data/csr-matrix.ts";

/** The properties of data that decide the cost of a fit. Unknown ones are assumed at their worst, or as in common data. */
export interface FitShape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Σ d_u² over users with d_u interactions: the updates that an item-to-item matrix takes. */
  readonly pairUpdates?: number;
  /** Upper bounds of the numbers of neighbours: each entry says how many items have at most how many neighbours. */
  readonly neighbours?: readonly { readonly items: number; readonly limit: number }[];
}

/** Two buckets of neighbour counts for each doubling. */
const BUCKETS_PER_DOUBLING = 2;

/** The shape of a user-items matrix. One pass over its entries. */
export function shapeOf({ rowCount, columnCount, indptr, indices }: CsrMatrix): FitShape {
  const reach = new Float64Array(columnCount);
  let pairUpdates = 0;
  for (let user = 0; user < rowCount; user++) {
    const from = indptr[user] as number;
    const to = indptr[user + 1] as number;
    pairUpdates += (to - from) ** 2;
    for (let at = from; at < to; at++) {
      const item = indices[at] as number;
      reach[item] = (reach[item] as number) + (to - from - 1);
    }
  }
  const buckets = new Map<number, { items: number; sum: number }>();
  for (const count of reach) {
    const at = count === 0 ? -1 : Math.floor(BUCKETS_PER_DOUBLING * Math.log2(count));
    const bucket = buckets.get(at) ?? { items: 0, sum: 0 };
    bucket.items++;
    bucket.sum += count;
    buckets.set(at, bucket);
  }
  const neighbours = [...buckets.values()].map(({ items, sum }) => ({ items, limit: sum / items }));
  return { users: rowCount, items: columnCount, interactions: indices.length, pairUpdates, neighbours };
}

/** Σ d_u². If the shape lacks it: twice the value for lists of equal length. */
export function pairUpdatesOf({ users, interactions, pairUpdates }: FitShape): number {
  return pairUpdates ?? (2 * interactions ** 2) / Math.max(1, users);
}

/** At most this many entries remain if each item keeps `topK` neighbours. */
export function keptEntries({ items, neighbours }: FitShape, topK: number): number {
  const most = Math.min(topK, items);
  if (!neighbours) return items * most;
  return neighbours.reduce((sum, { items: count, limit }) => sum + count * Math.min(most, limit), 0);
}
