import type { Steps } from "../../in-steps.ts";
import type { Kernels, SparseRows } from "../../kernels/kernels.ts";

/** Kept neighbours of consecutive items: how many of each, then all of their columns, ascending within a row, and values. */
export interface KeptRows {
  readonly counts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** How to make the model's rows from the kept ones. */
export interface RowLayout {
  /** Whether kept rows are the columns of the model. */
  readonly isTransposed: boolean;
  /** Whether each row of the model is divided by its sum, the diagonal's share included. */
  readonly isNormalized: boolean;
}

/** Entries visited between two yields: about 5 ms. */
const ENTRIES_PER_PIECE = 200_000;

/**
 * Writes the model's matrix, without its diagonal, into kernel memory. It reads the kept rows directly, since a large catalogue has
 * no room for a copy in between. The caller frees it.
 */
export function* fillModelRows(
  kernels: Kernels,
  parts: readonly KeptRows[],
  itemCount: number,
  { isTransposed, isNormalized }: RowLayout,
): Steps<SparseRows> {
  const counts = new Uint32Array(itemCount);
  const sums = new Float64Array(itemCount);
  yield* overParts(parts, (row, column, value) => {
    const target = isTransposed ? column : row;
    sums[target] = (sums[target] as number) + value;
    if (row !== column) counts[target] = (counts[target] as number) + 1;
  });
  const starts = startsOf(counts);
  const length = starts[itemCount] as number;
  const rows = {
    indptr: kernels.allocU32(itemCount + 1),
    indices: kernels.allocU32(length),
    values: kernels.allocF32(length),
  };
  rows.indptr.view.set(starts);
  const places = starts;
  let isFilled = false;
  try {
    yield;
    // Views are made again after each yield: allocations in between may move the memory.
    let [indices, values] = [rows.indices.view, rows.values.view];
    const refresh = () => {
      [indices, values] = [rows.indices.view, rows.values.view];
    };
    yield* overParts(
      parts,
      (row, column, value) => {
        if (row === column) return;
        const target = isTransposed ? column : row;
        const sum = isNormalized ? (sums[target] as number) : 1;
        const place = places[target] as number;
        places[target] = place + 1;
        indices[place] = isTransposed ? row : column;
        values[place] = sum === 0 ? value : value / sum;
      },
      refresh,
    );
    isFilled = true;
    return rows;
  } finally {
    if (!isFilled) for (const buffer of [rows.indptr, rows.indices, rows.values]) buffer.free();
  }
}

export function startsOf(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) {
    starts[row + 1] = (starts[row] as number) + (counts[row] as number);
  }
  return starts;
}

/** @param resume Called after each yield. */
function* overParts(
  parts: readonly KeptRows[],
  visit: (row: number, column: number, value: number) => void,
  resume: () => void = () => {},
): Steps<void> {
  let row = 0;
  let visited = 0;
  for (const { counts, indices, values } of parts) {
    let at = 0;
    for (const count of counts) {
      for (const end = at + count; at < end; at++) visit(row, indices[at] as number, values[at] as number);
      row++;
      visited += count;
      if (visited < ENTRIES_PER_PIECE) continue;
      visited = 0;
      yield;
      resume();
    }
  }
}
