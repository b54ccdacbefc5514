import { EngineError } from "../engine-error.ts";
import type { CsrMatrix } from "./csr-matrix.ts";

/**
 * Checks all guarantees of `CsrMatrix`. Throws BAD_ARTIFACT, naming `label` and the first error: a matrix from outside is checked
 * once, and kernels may then index without checks.
 */
export function checkCsr(matrix: CsrMatrix, label: string): void {
  checkSparseRows(matrix, label, (value) => value > 0 && value < Number.POSITIVE_INFINITY);
}

/** The same for a matrix whose values may be others, such as those of features. */
export function checkSparseRows(matrix: CsrMatrix, label: string, isValue: (value: number) => boolean): void {
  const { rowCount, columnCount, indptr, indices, values } = matrix;
  const fail = (what: string): never => {
    throw new EngineError("BAD_ARTIFACT", `The matrix "${label}" ${what}.`);
  };
  if (indptr.length !== rowCount + 1) fail(`needs ${rowCount + 1} row offsets, it has ${indptr.length}`);
  if (indptr[0] !== 0) fail("does not start at entry 0");
  if (indptr[rowCount] !== indices.length) {
    fail(`ends at entry ${indptr[rowCount]}, it has ${indices.length} entries`);
  }
  if (values.length !== indices.length) fail(`has ${indices.length} entries but ${values.length} values`);
  for (let row = 0; row < rowCount; row++) {
    const start = indptr[row] as number;
    const end = indptr[row + 1] as number;
    if (end < start || end > indices.length) fail(`has a broken offset after row ${row}`);
    for (let entry = start, previous = -1; entry < end; entry++) {
      const column = indices[entry] as number;
      if (column <= previous) fail(`has unsorted columns in row ${row}`);
      previous = column;
    }
    if (end > start && (indices[end - 1] as number) >= columnCount) {
      fail(`has column ${indices[end - 1]} of ${columnCount} in row ${row}`);
    }
  }
  for (let entry = 0; entry < values.length; entry++) {
    const value = values[entry] as number;
    if (!isValue(value)) fail(`has the value ${value} at entry ${entry}`);
  }
}
