import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { createRandom } from "#engine/random.ts";

/** A matrix with weight 1 at the columns listed for each row. */
export function matrixOf(rows: readonly (readonly number[])[], columnCount: number): CsrMatrix {
  const sorted = rows.map((row) => [...row].sort((a, b) => a - b));
  const indptr = new Uint32Array(rows.length + 1);
  for (const [row, columns] of sorted.entries()) indptr[row + 1] = (indptr[row] as number) + columns.length;
  const indices = Uint32Array.from(sorted.flat());
  return {
    rowCount: rows.length,
    columnCount,
    indptr,
    indices,
    values: new Float32Array(indices.length).fill(1),
  };
}

/** The columns of each row. */
export function rowsOf({ rowCount, indptr, indices }: CsrMatrix): number[][] {
  return Array.from({ length: rowCount }, (_, row) => [...indices.subarray(indptr[row], indptr[row + 1])]);
}

/** Random rows of 0 to `maxPerRow` columns. */
export function randomMatrix(
  rowCount: number,
  columnCount: number,
  maxPerRow: number,
  seed: number,
): CsrMatrix {
  const random = createRandom(seed);
  const rows = Array.from({ length: rowCount }, () => {
    const size = random.below(maxPerRow + 1);
    return [...new Set(Array.from({ length: size }, () => random.below(columnCount)))];
  });
  return matrixOf(rows, columnCount);
}
