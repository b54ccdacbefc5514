import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { type RowReader, rowsOf } from "../../data/row-reader.ts";
import type { F32Buffer, Kernels, SparseRows, U32Buffer } from "../../kernels/kernels.ts";
import type { Profile } from "../fit/algorithm.ts";

/** Kernel memory for a few consecutive rows of a sparse matrix at a time, so that the whole matrix need not be copied. */
export interface RowSlice {
  /** Holds the loaded rows; row r is row `fromRow + r` of the matrix. */
  readonly rows: SparseRows;
  load(matrix: CsrMatrix, values: Float32Array, fromRow: number, toRow: number): void;
  loadFrom(reader: RowReader, fromRow: number, toRow: number): void;
  /** One row a profile. */
  loadProfiles(profiles: readonly Profile[]): void;
  free(): void;
}

export function createRowSlice(kernels: Kernels): RowSlice {
  let indptr: U32Buffer = kernels.allocU32(0);
  let indices: U32Buffer = kernels.allocU32(0);
  let values: F32Buffer = kernels.allocF32(0);
  const free = (): void => {
    indptr.free();
    indices.free();
    values.free();
  };
  const reserve = (rowCount: number, entryCount: number): void => {
    if (indptr.length >= rowCount + 1 && indices.length >= entryCount) return;
    const rowCapacity = Math.max(rowCount + 1, indptr.length);
    const entryCapacity = Math.max(Math.ceil(entryCount * 1.25), indices.length);
    free();
    indptr = kernels.allocU32(rowCapacity);
    indices = kernels.allocU32(entryCapacity);
    values = kernels.allocF32(entryCapacity);
  };
  const loadFrom = (reader: RowReader, fromRow: number, toRow: number): void => {
    const from = reader.indptr[fromRow] as number;
    const entries = reader.entriesOf(fromRow, toRow);
    reserve(toRow - fromRow, entries.indices.length);
    const starts = indptr.view;
    for (let row = fromRow; row <= toRow; row++) {
      starts[row - fromRow] = (reader.indptr[row] as number) - from;
    }
    indices.view.set(entries.indices);
    values.view.set(entries.values);
  };
  return {
    get rows() {
      return { indptr, indices, values };
    },
    load(matrix, entries, fromRow, toRow) {
      loadFrom(rowsOf(matrix, entries), fromRow, toRow);
    },
    loadFrom,
    loadProfiles(profiles) {
      const length = profiles.reduce((sum, profile) => sum + profile.indices.length, 0);
      reserve(profiles.length, length);
      const [starts, columns, entries] = [indptr.view, indices.view, values.view];
      let at = 0;
      starts[0] = 0;
      for (const [row, profile] of profiles.entries()) {
        columns.set(profile.indices, at);
        entries.set(profile.weights, at);
        at += profile.indices.length;
        starts[row + 1] = at;
      }
    },
    free,
  };
}

/** Copies a whole sparse matrix into kernel memory. */
export function allocSparseRows(
  kernels: Kernels,
  matrix: { readonly indptr: Uint32Array; readonly indices: Uint32Array; readonly values: Float32Array },
): SparseRows {
  const indptr = kernels.allocU32(matrix.indptr.length);
  const indices = kernels.allocU32(matrix.indices.length);
  const values = kernels.allocF32(matrix.values.length);
  indptr.view.set(matrix.indptr);
  indices.view.set(matrix.indices);
  values.view.set(matrix.values);
  return { indptr, indices, values };
}

export function freeSparseRows(rows: SparseRows): void {
  rows.indptr.free();
  rows.indices.free();
  rows.values.free();
}
