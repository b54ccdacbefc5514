import { finishSteps, overRanges, overRows, type Steps } from "../in-steps.ts";
import type { CsrMatrix } from "./csr-matrix.ts";

/** The transpose: row c of the result lists the rows that hold column c, ascending. A counting sort, linear in the entries. */
export function transpose(matrix: CsrMatrix): CsrMatrix {
  return finishSteps(transposeInSteps(matrix));
}

/** `transpose` in pieces of a few milliseconds. */
export function* transposeInSteps(matrix: CsrMatrix): Steps<CsrMatrix> {
  const { rowCount, columnCount, indptr, indices, values } = matrix;
  const entryCount = indptr[rowCount] as number;
  const outIndptr = new Uint32Array(columnCount + 1);
  yield* overRanges(entryCount, (from, to) => {
    for (let entry = from; entry < to; entry++) {
      const column = indices[entry] as number;
      outIndptr[column + 1] = (outIndptr[column + 1] as number) + 1;
    }
  });
  for (let column = 0; column < columnCount; column++) {
    outIndptr[column + 1] = (outIndptr[column + 1] as number) + (outIndptr[column] as number);
  }
  const next = outIndptr.slice(0, columnCount);
  const outIndices = new Uint32Array(entryCount);
  const outValues = new Float32Array(entryCount);
  // A function of its own: V8 leaves compiled code at the end of an inner loop that became hot in its first call, at each row again.
  const place = (row: number) => {
    const end = indptr[row + 1] as number;
    for (let entry = indptr[row] as number; entry < end; entry++) {
      const column = indices[entry] as number;
      const target = next[column] as number;
      next[column] = target + 1;
      outIndices[target] = row;
      outValues[target] = values[entry] as number;
    }
  };
  yield* overRows(matrix, (fromRow, toRow) => {
    for (let row = fromRow; row < toRow; row++) place(row);
  });
  return {
    rowCount: columnCount,
    columnCount: rowCount,
    indptr: outIndptr,
    indices: outIndices,
    values: outValues,
  };
}
