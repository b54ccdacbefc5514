import type { CsrMatrix } from "../../data/csr-matrix.ts";

/** Most known rows that a map is fitted on, and most features of theirs. */
const MOST_ROWS = 20_000;
const MOST_ENTRIES = 2e6;

/** The rows with interactions, ascending: all, or evenly spaced ones where they or their features are too many. */
export function knownRows({ indptr, rowCount }: CsrMatrix, features: CsrMatrix): Uint32Array {
  const known: number[] = [];
  for (let row = 0; row < rowCount; row++) if (indptr[row] !== indptr[row + 1]) known.push(row);
  const entries = known.reduce((sum, row) => sum + lengthOf(features, row), 0);
  const share = Math.min(1, MOST_ROWS / known.length, MOST_ENTRIES / Math.max(1, entries));
  const count = Math.max(1, Math.floor(share * known.length));
  return Uint32Array.from({ length: count }, (_, at) => known[Math.floor((at * known.length) / count)] ?? 0);
}

/** The rows without interactions, ascending. */
export function unknownRows({ indptr, rowCount }: CsrMatrix): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < rowCount; row++) if (indptr[row] === indptr[row + 1]) rows.push(row);
  return Uint32Array.from(rows);
}

/** A matrix of some rows, a copy. */
export function pickRows(matrix: CsrMatrix, rows: Uint32Array): CsrMatrix {
  const indptr = new Uint32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) indptr[at + 1] = (indptr[at] as number) + lengthOf(matrix, row);
  const count = indptr[rows.length] as number;
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  for (const [at, row] of rows.entries()) {
    const [from, to] = [matrix.indptr[row] as number, matrix.indptr[row + 1] as number];
    indices.set(matrix.indices.subarray(from, to), indptr[at]);
    values.set(matrix.values.subarray(from, to), indptr[at]);
  }
  return { rowCount: rows.length, columnCount: matrix.columnCount, indptr, indices, values };
}

function lengthOf({ indptr }: CsrMatrix, row: number): number {
  return (indptr[row + 1] as number) - (indptr[row] as number);
}
