import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { createRandom } from "#engine/random.ts";

/** Random rows whose entries are present with this chance, with weights 1, 2 or 3. */
export function randomCsr(shape: {
  rowCount: number;
  columnCount: number;
  density: number;
  seed: number;
}): CsrMatrix {
  const { rowCount, columnCount, density, seed } = shape;
  const random = createRandom(seed);
  const indptr = new Uint32Array(rowCount + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      if (random.next() >= density) continue;
      indices.push(column);
      values.push(1 + random.below(3));
    }
    indptr[row + 1] = indices.length;
  }
  return {
    rowCount,
    columnCount,
    indptr,
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
}
