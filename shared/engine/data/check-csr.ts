import { EngineError } from "../engine-error.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import { csrRow } from "./csr-row.ts";

/**
 * Checks all guarantees of `CsrMatrix`. Throws BAD_ARTIFACT, naming `label` and the first error: a matrix from outside is checked
 * once, and kernels may then index without checks.
 */
export function checkCsr(matrix: CsrMatrix, label: string): void {
  checkSparseRows(matrix, label, isWeight);
}

/** The same for a matrix whose values may be others, such as those of features. */
export function checkSparseRows(matrix: CsrMatrix, label: string, isValue: (value: number) => boolean): void {
  checkShape(matrix, label);
  for (let row = 0; row < matrix.rowCount; row++) checkRow(matrix, label, row);
  const { values } = matrix;
  for (let entry = 0; entry < values.length; entry++) checkValue(values, label, entry, isValue);
}

/** Checks the lengths of a matrix whose rows `checkedRow` reads one by one. Throws BAD_ARTIFACT. */
export function checkShape({ rowCount, indptr, indices, values }: CsrMatrix, label: string): void {
  if (indptr.length !== rowCount + 1) {
    fail(label, `needs ${rowCount + 1} row offsets, it has ${indptr.length}`);
  }
  if (indptr[0] !== 0) fail(label, "does not start at entry 0");
  if (indptr[rowCount] !== indices.length) {
    fail(label, `ends at entry ${indptr[rowCount]}, it has ${indices.length} entries`);
  }
  if (values.length !== indices.length) {
    fail(label, `has ${indices.length} entries but ${values.length} values`);
  }
}

/**
 * `csrRow` of a matrix from outside, where `checkShape` was all that was checked: this row is checked as `checkCsr` checks all. Throws
 * BAD_ARTIFACT.
 */
export function checkedRow(matrix: CsrMatrix, label: string, row: number): ReturnType<typeof csrRow> {
  checkRow(matrix, label, row);
  const end = matrix.indptr[row + 1] as number;
  for (let entry = matrix.indptr[row] as number; entry < end; entry++) {
    checkValue(matrix.values, label, entry, isWeight);
  }
  return csrRow(matrix, row);
}

/** That the offsets and columns of a row are in their bounds, and the columns ascend. */
function checkRow({ columnCount, indptr, indices }: CsrMatrix, label: string, row: number): void {
  const start = indptr[row] as number;
  const end = indptr[row + 1] as number;
  if (end < start || end > indices.length) fail(label, `has a broken offset after row ${row}`);
  for (let entry = start, previous = -1; entry < end; entry++) {
    const column = indices[entry] as number;
    if (column <= previous) fail(label, `has unsorted columns in row ${row}`);
    previous = column;
  }
  if (end > start && (indices[end - 1] as number) >= columnCount) {
    fail(label, `has column ${indices[end - 1]} of ${columnCount} in row ${row}`);
  }
}

function checkValue(
  values: Float32Array,
  label: string,
  entry: number,
  isValue: (value: number) => boolean,
): void {
  const value = values[entry] as number;
  if (!isValue(value)) fail(label, `has the value ${value} at entry ${entry}`);
}

const isWeight = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;

function fail(label: string, what: string): never {
  throw new EngineError("BAD_ARTIFACT", `The matrix "${label}" ${what}.`);
}
