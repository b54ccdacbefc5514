import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { FeatureMatrix } from "../../data/side-features.ts";
import { overRows, type Steps } from "../../in-steps.ts";
import type { ContentConfig } from "./content-config.ts";
import type { WeighedRows } from "./cosine-index.ts";
import { type ContentColumns, RowWeigher } from "./row-weigher.ts";

/** 16 bytes each in a model that answers: a Worker has room for these and for what else it holds. */
export const MOST_ENTRIES = 3_000_000;
const ENTRIES_PER_STEP = 50_000;

/** The rows that a model keeps: features that count, of each item no more than have room, the heaviest. */
export function* weighRows(
  items: FeatureMatrix,
  columns: ContentColumns,
  config: ContentConfig,
  counts: Float32Array,
): Steps<WeighedRows> {
  const weights = yield* withFeedback(items, columns.idf, counts, config.feedback);
  for (const { kind, from, to } of columns.ranges) {
    for (let feature = from; feature < to; feature++) {
      weights[feature] = (weights[feature] as number) * config.kindWeights[kind];
    }
  }
  const all = yield* weighAll(items, weights, new RowWeigher(columns, config.weighting));
  return { rows: yield* withRoom(all, weights, MOST_ENTRIES), weights };
}

/** Features of items with many users count more: idf · (mean users of items with the feature / mean users of all)^power. */
function* withFeedback(
  items: FeatureMatrix,
  idf: Float64Array,
  counts: Float32Array,
  power: number,
): Steps<Float64Array> {
  const weights = idf.slice();
  if (power === 0) return weights;
  const [users, rows] = [new Float64Array(idf.length), new Float64Array(idf.length)];
  let [allUsers, allRows] = [0, 0];
  yield* overRows(items, (from, to) => {
    for (let row = from; row < to; row++) {
      const count = counts[row] as number;
      if (count === 0) continue;
      allUsers += count;
      allRows++;
      for (let at = items.indptr[row] as number; at < (items.indptr[row + 1] as number); at++) {
        const feature = items.indices[at] as number;
        users[feature] = (users[feature] as number) + count;
        rows[feature] = (rows[feature] as number) + 1;
      }
    }
  });
  const mean = allUsers / Math.max(1, allRows);
  for (let feature = 0; feature < weights.length; feature++) {
    const lift = ((users[feature] as number) + mean) / ((rows[feature] as number) + 1) / mean;
    weights[feature] = (weights[feature] as number) * lift ** power;
  }
  return weights;
}

function* weighAll(items: FeatureMatrix, weights: Float64Array, weigher: RowWeigher): Steps<CsrMatrix> {
  const { rowCount, columnCount, indptr, indices, values } = items;
  const kept = { indptr: new Uint32Array(rowCount + 1), indices: new Uint32Array(indices.length) };
  const amounts = new Float32Array(indices.length);
  let count = 0;
  const scratch = new Float32Array(longestRow(items));
  const keep = (row: number): void => {
    const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
    const weighed = scratch.subarray(0, to - from);
    weigher.weighInto(indices.subarray(from, to), values.subarray(from, to), weighed);
    for (let at = from; at < to; at++) {
      const amount = weighed[at - from] as number;
      const feature = indices[at] as number;
      if (!(amount * (weights[feature] as number) > 0)) continue;
      kept.indices[count] = feature;
      amounts[count++] = amount;
    }
    kept.indptr[row + 1] = count;
  };
  yield* overRows(
    items,
    (from, to) => {
      for (let row = from; row < to; row++) keep(row);
    },
    ENTRIES_PER_STEP,
  );
  return {
    ...{ rowCount, columnCount, indptr: kept.indptr },
    ...{ indices: kept.indices.slice(0, count), values: amounts.slice(0, count) },
  };
}

/** Cuts rows to their heaviest features, all to the same length at most, so that `most` entries remain. */
export function* withRoom(rows: CsrMatrix, weights: Float64Array, most: number): Steps<CsrMatrix> {
  if (rows.indices.length <= most) return rows;
  const limit = longestThatFits(rows, most);
  const indptr = new Uint32Array(rows.rowCount + 1);
  const [indices, values] = [new Uint32Array(most), new Float32Array(most)];
  let count = 0;
  yield* overRows(
    rows,
    (from, to) => {
      for (let row = from; row < to; row++) {
        for (const at of heaviest(rows, weights, row, limit)) {
          indices[count] = rows.indices[at] as number;
          values[count++] = rows.values[at] as number;
        }
        indptr[row + 1] = count;
      }
    },
    ENTRIES_PER_STEP,
  );
  return { ...rows, indptr, indices: indices.slice(0, count), values: values.slice(0, count) };
}

function heaviest({ indptr, indices, values }: CsrMatrix, weights: Float64Array, row: number, limit: number) {
  const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
  const entries = Uint32Array.from({ length: to - from }, (_, at) => from + at);
  if (entries.length <= limit) return entries;
  const weightOf = (at: number) => (values[at] as number) * (weights[indices[at] as number] as number);
  return entries
    .sort((a, b) => weightOf(b) - weightOf(a) || a - b)
    .slice(0, limit)
    .sort();
}

/** The largest length with which rows cut to it have at most `most` entries; at least 1. */
function longestThatFits({ indptr, rowCount }: CsrMatrix, most: number): number {
  const entriesAt = (limit: number) => {
    let sum = 0;
    for (let row = 0; row < rowCount; row++) {
      sum += Math.min(limit, (indptr[row + 1] as number) - (indptr[row] as number));
    }
    return sum;
  };
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (entriesAt(middle) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}

function longestRow({ indptr, rowCount }: CsrMatrix): number {
  let longest = 0;
  for (let row = 0; row < rowCount; row++) {
    longest = Math.max(longest, (indptr[row + 1] as number) - (indptr[row] as number));
  }
  return longest;
}
