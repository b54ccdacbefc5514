import { POPULARITY_CURVE_POINTS, TOP_ITEMS_LISTED } from "#contract/ingestion.ts";
import { popularFirst } from "../rank/popular-first.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import type { Dataset } from "./dataset.ts";

export interface DatasetDescription {
  readonly density: number;
  /** Element i of n: share of the interactions held by the most popular (i + 1) / n of the items. */
  readonly popularityCurve: number[];
  readonly topItems: { item_id: string; count: number }[];
  readonly interactionsPerUser: { min: number; median: number; mean: number; max: number };
}

/** Counts distinct pairs; weights have no effect. The dataset must not be empty. */
export function describeDataset(dataset: Dataset): DatasetDescription {
  const { userItems, items } = dataset;
  const { rowCount, columnCount } = userItems;
  const entryCount = userItems.indices.length;
  const counts = entriesPerColumn(userItems);
  const byPopularity = popularFirst(counts);
  return {
    density: entryCount / (rowCount * columnCount),
    popularityCurve: popularityCurve(byPopularity, counts, entryCount),
    topItems: Array.from(byPopularity.subarray(0, TOP_ITEMS_LISTED), (item) => ({
      item_id: items.idAt(item),
      count: counts[item] as number,
    })),
    interactionsPerUser: rowLengths(userItems),
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

function rowLengths(matrix: CsrMatrix): DatasetDescription["interactionsPerUser"] {
  const { indptr, rowCount } = matrix;
  const lengths = Uint32Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
  lengths.sort();
  const middle = rowCount >> 1;
  const upper = lengths[middle] as number;
  const median = rowCount % 2 === 1 ? upper : ((lengths[middle - 1] as number) + upper) / 2;
  return {
    min: lengths[0] as number,
    median,
    mean: matrix.indices.length / rowCount,
    max: lengths[rowCount - 1] as number,
  };
}
