import type { CsrMatrix } from "../data/csr-matrix.ts";
import { EngineError } from "../engine-error.ts";

/** Copies the entries labelled `part` into a matrix of the same shape. @param parts One label per stored entry. */
export function extractPart(userItems: CsrMatrix, parts: Uint8Array, part: number): CsrMatrix {
  const { rowCount, columnCount } = userItems;
  let count = 0;
  for (const label of parts) if (label === part) count++;
  const indptr = new Uint32Array(rowCount + 1);
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  const ages = userItems.ages && new Float32Array(count);
  let written = 0;
  for (let row = 0; row < rowCount; row++) {
    for (
      let entry = userItems.indptr[row] as number;
      entry < (userItems.indptr[row + 1] as number);
      entry++
    ) {
      if (parts[entry] !== part) continue;
      indices[written] = userItems.indices[entry] as number;
      if (ages) ages[written] = userItems.ages?.[entry] as number;
      values[written++] = userItems.values[entry] as number;
    }
    indptr[row + 1] = written;
  }
  return { rowCount, columnCount, indptr, indices, values, ...(ages && { ages }) };
}

/**
 * Joins two parts of one split, e.g. train and validation for the final fit. Throws `BAD_DATA` when their shapes differ or they
 * share an entry: then they do not belong to one split.
 */
export function mergeParts(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const { rowCount, columnCount } = a;
  if (b.rowCount !== rowCount || b.columnCount !== columnCount) {
    throw new EngineError(
      "BAD_DATA",
      `Cannot merge ${rowCount} × ${columnCount} with ${b.rowCount} × ${b.columnCount}.`,
    );
  }
  const indptr = new Uint32Array(rowCount + 1);
  const indices = new Uint32Array(a.indices.length + b.indices.length);
  const values = new Float32Array(indices.length);
  const ages = a.ages && b.ages && new Float32Array(indices.length);
  let written = 0;
  for (let row = 0; row < rowCount; row++) {
    let inA = a.indptr[row] as number;
    let inB = b.indptr[row] as number;
    const endA = a.indptr[row + 1] as number;
    const endB = b.indptr[row + 1] as number;
    while (inA < endA || inB < endB) {
      const columnA = inA < endA ? (a.indices[inA] as number) : columnCount;
      const columnB = inB < endB ? (b.indices[inB] as number) : columnCount;
      if (columnA === columnB)
        throw new EngineError("BAD_DATA", `Both parts hold entry (${row}, ${columnA}).`);
      indices[written] = Math.min(columnA, columnB);
      if (ages) ages[written] = (columnA < columnB ? a.ages?.[inA] : b.ages?.[inB]) as number;
      values[written++] = columnA < columnB ? (a.values[inA++] as number) : (b.values[inB++] as number);
    }
    indptr[row + 1] = written;
  }
  return { rowCount, columnCount, indptr, indices, values, ...(ages && { ages }) };
}
