import type { CsrMatrix } from "./csr-matrix.ts";

/** The transpose: row c of the result lists the rows that hold column c, ascending. A counting sort, linear in the entries. */
export function transpose(matrix: CsrMatrix): CsrMatrix {
  const { rowCount, columnCount, indptr, indices, values } = matrix;
  const entryCount = indptr[rowCount] as number;
  const outIndptr = new Uint32Array(columnCount + 1);
  for (let entry = 0; entry < entryCount; entry++) {
    const column = indices[entry] as number;
    outIndptr[column + 1] = (outIndptr[column + 1] as number) + 1;
  }
  for (let column = 0; column < columnCount; column++) {
    outIndptr[column + 1] = (outIndptr[column + 1] as number) + (outIndptr[column] as number);
  }
  const next = outIndptr.slice(0, columnCount);
  const outIndices = new Uint32Array(entryCount);
  const outValues = new Float32Array(entryCount);
  for (let row = 0; row < rowCount; row++) {
    const end = indptr[row + 1] as number;
    for (let entry = indptr[row] as number; entry < end; entry++) {
      const column = indices[entry] as number;
      const target = next[column] as number;
      next[column] = target + 1;
      outIndices[target] = row;
      outValues[target] = values[entry] as number;
    }
  }
  return {
    rowCount: columnCount,
    columnCount: rowCount,
    indptr: outIndptr,
    indices: outIndices,
    values: outValues,
  };
}
