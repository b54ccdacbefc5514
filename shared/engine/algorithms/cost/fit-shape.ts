import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { SideFeatures } from "../../data/side-features.ts";
import { unitOfWide } from "../../data/wide-weights.ts";

/** The properties of data that decide the cost of a fit. Unknown ones are assumed at their worst, or as in common data. */
export interface FitShape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Σ d_u² over users with d_u interactions: the updates that an item-to-item matrix takes. */
  readonly pairUpdates?: number;
  /** Items in groups, by the number of their neighbours. */
  readonly neighbours?: readonly NeighbourGroup[];
  /** The matrices of features; absent without tables. */
  readonly features?: FeatureShape;
  /** Interactions in their order, beside the matrix; absent where none is loaded. */
  readonly order?: OrderShape;
  /** Whether algorithms that do not suit wide weights themselves read a copy of them. */
  readonly hasWideWeights?: boolean;
}

/** Of the histories of users and of sessions, which hold the same places. */
export interface OrderShape {
  readonly places: number;
  /** Histories or sessions, whichever are more. */
  readonly rows: number;
}

/** What `shapeOf` reads of an order: as a dataset keeps it, or as a fit gets it. */
export interface OrderParts {
  readonly sequences?:
    | { readonly items: Uint32Array; readonly offsets: Uint32Array; readonly sessionCount?: number }
    | undefined;
  readonly sessions?: { readonly offsets: Uint32Array } | undefined;
}

/** Places of the order, or as many as the matrix has entries, from whose times a fit finds the order. */
export const placesOf = ({ order, interactions }: FitShape): number => order?.places ?? interactions;

/** Rows of the order. */
export const orderedRowsOf = ({ order, users }: FitShape): number => order?.rows ?? users;

/** Of both tables together. */
export interface FeatureShape {
  /** Rows of items and of users. */
  readonly rows: number;
  readonly entries: number;
  /** Features of items. */
  readonly ofItems: number;
  readonly ofUsers: number;
  /** Numbers of an item's vectors; absent where it is not known. */
  readonly vectorDim?: number;
}

/** Means over the items of a group. */
export interface NeighbourGroup {
  readonly items: number;
  /** Other items that the users of an item have, once for each user: it has no more neighbours. */
  readonly limit: number;
  /** Users of an item. */
  readonly users?: number;
  /** What these users took at the same moment as the item. Absent where the times are not known. */
  readonly tied?: number;
}

/** Two buckets of neighbour counts for each doubling. */
const BUCKETS_PER_DOUBLING = 2;

/** The shape of a user-items matrix, with what users took at the same moment if the matrix has ages. One pass over its entries. */
export function shapeOf(matrix: CsrMatrix, features?: SideFeatures, order: OrderParts = {}): FitShape {
  const { rowCount, columnCount, indptr, indices, ages } = matrix;
  const byItem = () => new Float64Array(columnCount);
  const [reach, users, tied] = [byItem(), byItem(), byItem()];
  let pairUpdates = 0;
  for (let user = 0; user < rowCount; user++) {
    const from = indptr[user] as number;
    const to = indptr[user + 1] as number;
    pairUpdates += (to - from) ** 2;
    const companions = ages && companionsOf(ages.subarray(from, to));
    for (let at = from; at < to; at++) {
      const item = indices[at] as number;
      reach[item] = (reach[item] as number) + (to - from - 1);
      users[item] = (users[item] as number) + 1;
      if (companions) tied[item] = (tied[item] as number) + (companions[at - from] as number);
    }
  }
  const neighbours = groupsOf([reach, users, tied], ages !== undefined);
  return {
    ...{ users: rowCount, items: columnCount, interactions: indices.length, pairUpdates, neighbours },
    ...(features && { features: featureShapeOf(features) }),
    ...orderShapeOf(order),
    ...(unitOfWide(matrix.values) !== null && { hasWideWeights: true }),
  };
}

function orderShapeOf({ sequences, sessions }: OrderParts): Pick<FitShape, "order"> {
  if (!sequences) return {};
  const { items, offsets, sessionCount = 0 } = sequences;
  const rows = Math.max(offsets.length - 1, sessionCount, (sessions?.offsets.length ?? 1) - 1);
  return { order: { places: items.length, rows } };
}

function featureShapeOf({ items, users }: SideFeatures): FeatureShape {
  const sides = [items, users].filter((side) => side !== undefined);
  return {
    rows: sides.reduce((sum, { rowCount }) => sum + rowCount, 0),
    entries: sides.reduce((sum, { indices }) => sum + indices.length, 0),
    ofItems: items?.columnCount ?? 0,
    ofUsers: users?.columnCount ?? 0,
    ...(items && { vectorDim: items.vectors?.dim ?? 0 }),
  };
}

/** By item: the other items of its users, how many users it has, what they took at the same moment. */
type Sums = readonly [reach: Float64Array, users: Float64Array, tied: Float64Array];

function groupsOf([reach, users, tied]: Sums, hasAges: boolean): NeighbourGroup[] {
  const groups = new Map<number, [items: number, reach: number, users: number, tied: number]>();
  for (const [item, count] of reach.entries()) {
    const at = count === 0 ? -1 : Math.floor(BUCKETS_PER_DOUBLING * Math.log2(count));
    const [items, ...sums] = groups.get(at) ?? [0, 0, 0, 0];
    const [reached, taken, together] = sums;
    groups.set(at, [
      items + 1,
      reached + count,
      taken + (users[item] as number),
      together + (tied[item] as number),
    ]);
  }
  return [...groups.values()].map(([items, reached, taken, together]) => ({
    items,
    limit: reached / items,
    users: taken / items,
    ...(hasAges && { tied: together / items }),
  }));
}

/** For each age of a list, how many others are equal to it; none to an unknown one. */
function companionsOf(ages: Float32Array): Uint32Array {
  // Ages are not below 0; the difference of two infinite ones is no number.
  const known = ages.map((age) => (Number.isNaN(age) ? -1 : age));
  const order = Uint32Array.from(ages.keys()).sort((a, b) => {
    const [one, other] = [known[a] as number, known[b] as number];
    return Number(one > other) - Number(one < other);
  });
  const companions = new Uint32Array(ages.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    const age = ages[order[from] as number];
    while (to < order.length && ages[order[to] as number] === age) to++;
    for (let at = from; at < to; at++) companions[order[at] as number] = to - from - 1;
    from = to;
  }
  return companions;
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
