import { POPULARITY_CURVE_POINTS, TOP_ITEMS_LISTED } from "#contract/ingestion.ts";
import { popularFirst } from "../rank/popular-first.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import type { Dataset } from "./dataset.ts";
import type { IdMap } from "./id-map.ts";

export interface DatasetDescription {
  readonly density: number;
  /** Element i of n: share of the interactions held by the most popular (i + 1) / n of the items. */
  readonly popularityCurve: number[];
  readonly topItems: { item_id: string; count: number }[];
  readonly interactionsPerUser: { min: number; median: number; mean: number; max: number };
}

/** Counts distinct pairs; weights have no effect. The dataset must not be empty. */
export function describeDataset({ userItems, items }: Dataset): DatasetDescription {
  const { indptr, rowCount } = userItems;
  const perUser = Uint32Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
  return describeCounts(perUser, entriesPerColumn(userItems), items);
}

/** The same of the number of pairs of each user and each item. Sorts `perUser`. */
export function describeCounts(
  perUser: Uint32Array,
  perItem: Uint32Array,
  items: Pick<IdMap, "idAt">,
): DatasetDescription {
  const entryCount = perUser.reduce((sum, count) => sum + count, 0);
  const byPopularity = popularFirst(perItem);
  return {
    density: entryCount / (perUser.length * perItem.length),
    popularityCurve: popularityCurve(byPopularity, perItem, entryCount),
    topItems: Array.from(byPopularity.subarray(0, TOP_ITEMS_LISTED), (item) => ({
      item_id: items.idAt(item),
      count: perItem[item] as number,
    })),
    interactionsPerUser: spreadOf(perUser, entryCount),
  };
}

function entriesPerColumn(matrix: CsrMatrix): Uint32Array {
  const counts = new Uint32Array(matrix.columnCount);
  for (let entry = 0; entry < matrix.indices.length; entry++) {
    const column = matrix.indices[entry] as number;
    counts[column] = (counts[column] as number) + 1;
  }
  return counts;
}

function popularityCurve(byPopularity: Uint32Array, counts: Uint32Array, entryCount: number): number[] {
  const pointCount = Math.min(POPULARITY_CURVE_POINTS, byPopularity.length);
  const curve: number[] = [];
  let held = 0;
  let taken = 0;
  for (let point = 1; point <= pointCount; point++) {
    const until = Math.ceil((byPopularity.length * point) / pointCount);
    for (; taken < until; taken++) held += counts[byPopularity[taken] as number] as number;
    curve.push(held / entryCount);
  }
  return curve;
}

function spreadOf(counts: Uint32Array, sum: number): DatasetDescription["interactionsPerUser"] {
  counts.sort();
  const middle = counts.length >> 1;
  const upper = counts[middle] as number;
  const median = counts.length % 2 === 1 ? upper : ((counts[middle - 1] as number) + upper) / 2;
  return {
    min: counts[0] as number,
    median,
    mean: sum / counts.length,
    max: counts[counts.length - 1] as number,
  };
}
