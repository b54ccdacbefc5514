/**
 * Item-to-item rows as they are stored and served: four bytes an entry up to 65,536 items, six beyond. A value is a 16-bit share
 * of the largest of its row, so its error is at most 1/131,070 of that. Values must not be negative.
 */

import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { EncodeOptions } from "../fit/algorithm.ts";
import { requireCompressedRows, requireFinite, requireSection } from "../fit/sections.ts";
import type { NeighbourRow } from "./neighbour-row.ts";

export const LARGEST_SHARE = 65_535;
const MAX_NARROW_ITEMS = 65_536;

const INDPTR = "indptr";
const INDICES = "indices";
const SHARES = "shares";
const SCALES = "scales";

export interface PackedRows {
  /** Row r is the entries indptr[r] … indptr[r + 1]. */
  readonly indptr: Uint32Array;
  readonly indices: Uint16Array | Uint32Array;
  readonly shares: Uint16Array;
  /** One per row; an entry's value is share × scale. */
  readonly scales: Float32Array;
}

/** @param columnCount Decides how wide the indices are. */
export function packNeighbours(rows: readonly NeighbourRow[], columnCount: number): PackedRows {
  const indptr = new Uint32Array(rows.length + 1);
  for (const [row, { indices }] of rows.entries()) indptr[row + 1] = (indptr[row] as number) + indices.length;
  const length = indptr[rows.length] as number;
  const packed = {
    indptr,
    indices: allocIndices(columnCount, length),
    shares: new Uint16Array(length),
    scales: new Float32Array(rows.length),
  };
  for (const [row, neighbours] of rows.entries()) packRowInto(neighbours, packed, row);
  return packed;
}

function packRowInto({ indices, values }: NeighbourRow, packed: PackedRows, row: number): void {
  const start = packed.indptr[row] as number;
  packed.indices.set(indices, start);
  const scale = Math.fround(values.reduce((largest, value) => Math.max(largest, value), 0) / LARGEST_SHARE);
  packed.scales[row] = scale;
  if (scale === 0) return;
  for (let at = 0; at < values.length; at++) {
    packed.shares[start + at] = Math.min(LARGEST_SHARE, Math.round((values[at] as number) / scale));
  }
}

/** Joins consecutive ranges of rows. Copies, unless there is just one. */
export function joinPackedRows(parts: readonly PackedRows[], columnCount: number): PackedRows {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const rowCount = parts.reduce((sum, part) => sum + part.scales.length, 0);
  const length = parts.reduce((sum, part) => sum + part.shares.length, 0);
  const indptr = new Uint32Array(rowCount + 1);
  const indices = allocIndices(columnCount, length);
  const shares = new Uint16Array(length);
  const scales = new Float32Array(rowCount);
  let row = 0;
  let entry = 0;
  for (const part of parts) {
    for (let at = 1; at < part.indptr.length; at++) indptr[row + at] = entry + (part.indptr[at] as number);
    indices.set(part.indices, entry);
    shares.set(part.shares, entry);
    scales.set(part.scales, row);
    row += part.scales.length;
    entry += part.shares.length;
  }
  return { indptr, indices, shares, scales };
}

/** out += weight · row. */
export function addPackedRow(rows: PackedRows, row: number, weight: number, out: Float32Array): void {
  const { indptr, indices, shares } = rows;
  const factor = weight * (rows.scales[row] as number);
  const end = indptr[row + 1] as number;
  for (let at = indptr[row] as number; at < end; at++) {
    const column = indices[at] as number;
    out[column] = (out[column] as number) + factor * (shares[at] as number);
  }
}

/** The columns that `addPackedRow` adds to. */
export function packedColumns({ indptr, indices }: PackedRows, row: number): Uint16Array | Uint32Array {
  return indices.subarray(indptr[row], indptr[row + 1]);
}

/** What `addPackedRow` adds to a column: weight · row[column]. */
export function packedEntry(rows: PackedRows, row: number, weight: number, column: number): number {
  const { indptr, indices, shares, scales } = rows;
  const end = indptr[row + 1] as number;
  for (let at = indptr[row] as number; at < end; at++) {
    if (indices[at] === column) return weight * (scales[row] as number) * (shares[at] as number);
  }
  return 0;
}

/** Copies of the arrays, or with `isLast` the arrays themselves, under names that begin with `prefix`. */
export function packedSections(
  rows: PackedRows,
  prefix: string,
  { isLast = false }: Pick<EncodeOptions, "isLast"> = {},
): Section[] {
  const sections = [
    { name: `${prefix}.${INDPTR}`, data: rows.indptr },
    { name: `${prefix}.${INDICES}`, data: rows.indices },
    { name: `${prefix}.${SHARES}`, data: rows.shares },
    { name: `${prefix}.${SCALES}`, data: rows.scales },
  ];
  return isLast ? sections : sections.map(({ name, data }) => ({ name, data: data.slice() }));
}

/**
 * Restores the rows from `packedSections`, as views of the same memory. Throws `BAD_ARTIFACT` for invalid rows.
 * @param rowCount Expected rows; at most `columnCount` of them, in the order of items.
 */
export function requirePackedRows(
  sections: readonly Section[],
  prefix: string,
  rowCount: number,
  columnCount: number,
): PackedRows {
  const indptr = requireSection(sections, `${prefix}.${INDPTR}`, Uint32Array, rowCount + 1);
  const length = indptr[rowCount] as number;
  const type = columnCount <= MAX_NARROW_ITEMS ? Uint16Array : Uint32Array;
  const indices = requireSection<Uint16Array | Uint32Array>(sections, `${prefix}.${INDICES}`, type, length);
  const shares = requireSection(sections, `${prefix}.${SHARES}`, Uint16Array, length);
  const scales = requireSection(sections, `${prefix}.${SCALES}`, Float32Array, rowCount);
  requireCompressedRows(`${prefix}.${INDICES}`, indptr, indices, columnCount);
  requireFinite(`${prefix}.${SCALES}`, scales);
  if (scales.some((scale) => scale < 0)) {
    throw new EngineError("BAD_ARTIFACT", `Section "${prefix}.${SCALES}" holds a negative scale.`);
  }
  return { indptr, indices, shares, scales };
}

/** What an index of an entry takes, in bytes. */
export const indexBytesOf = (columnCount: number): number => (columnCount <= MAX_NARROW_ITEMS ? 2 : 4);

export function allocIndices(columnCount: number, length: number): Uint16Array | Uint32Array {
  return columnCount <= MAX_NARROW_ITEMS ? new Uint16Array(length) : new Uint32Array(length);
}
