/** A matrix as blocks of rows, each a few sections that lie side by side in an artifact and are readable by one range read. */
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import { checkCsr } from "./check-csr.ts";
import type { CsrMatrix } from "./csr-matrix.ts";

/** A block stays within this; a single larger row is a block of its own. */
export const MAX_BLOCK_BYTES = 8 * 1024 * 1024;

export interface MatrixBlock {
  /** Row of the whole matrix that is row 0 of `matrix`. */
  readonly firstRow: number;
  /** All columns, the rows of this block. */
  readonly matrix: CsrMatrix;
  /** Aligned with `matrix.indices`. */
  readonly times: Float64Array | null;
}

/**
 * Cuts a matrix into blocks. `<prefix>.rows` holds the first row of each block and the row count. Then come
 * `<prefix>/<block>.indptr`, `.indices`, `.values` and, with times, `.times`.
 */
export function matrixSections(
  matrix: CsrMatrix,
  times: Float64Array | null,
  prefix: string,
  maxBlockBytes: number = MAX_BLOCK_BYTES,
): Section[] {
  const starts = blockStarts(matrix.indptr, times !== null, maxBlockBytes);
  const sections: Section[] = [{ name: `${prefix}.rows`, data: Uint32Array.from(starts) }];
  for (let block = 0; block + 1 < starts.length; block++) {
    const [first, end] = [starts[block] as number, starts[block + 1] as number];
    const [from, to] = [matrix.indptr[first] as number, matrix.indptr[end] as number];
    const indptr = matrix.indptr.subarray(first, end + 1);
    const name = `${prefix}/${block}`;
    sections.push(
      { name: `${name}.indptr`, data: from === 0 ? indptr : indptr.map((offset) => offset - from) },
      { name: `${name}.indices`, data: matrix.indices.subarray(from, to) },
      { name: `${name}.values`, data: matrix.values.subarray(from, to) },
    );
    if (times) sections.push({ name: `${name}.times`, data: times.subarray(from, to) });
  }
  return sections;
}

/** Number of blocks; only `<prefix>.rows` is needed. */
export function blockCount(sections: readonly Section[], prefix: string): number {
  return rowStarts(sections, prefix).length - 1;
}

/** One block as views; its own sections and `<prefix>.rows` are enough. Throws BAD_ARTIFACT when lengths do not fit. */
export function matrixBlock(
  sections: readonly Section[],
  prefix: string,
  block: number,
  columnCount: number,
): MatrixBlock {
  const starts = rowStarts(sections, prefix);
  const firstRow = starts[block];
  const end = starts[block + 1];
  const name = `${prefix}/${block}`;
  if (firstRow === undefined || end === undefined) throw broken(name, "is not in the artifact");
  const indptr = sectionOf({ sections }, `${name}.indptr`, Uint32Array);
  const indices = sectionOf({ sections }, `${name}.indices`, Uint32Array);
  const values = sectionOf({ sections }, `${name}.values`, Float32Array);
  const hasTimes = sections.some((section) => section.name === `${name}.times`);
  const times = hasTimes ? sectionOf({ sections }, `${name}.times`, Float64Array) : null;
  if (indptr.length !== end - firstRow + 1) {
    throw broken(name, `has ${indptr.length} offsets for ${end - firstRow} rows`);
  }
  if (indptr[0] !== 0 || indptr[indptr.length - 1] !== indices.length) {
    throw broken(name, `ends at entry ${indptr[indptr.length - 1]} of ${indices.length}`);
  }
  if (values.length !== indices.length || (times !== null && times.length !== indices.length)) {
    throw broken(
      name,
      `has ${indices.length} entries, ${values.length} values and ${times?.length ?? 0} times`,
    );
  }
  return { firstRow, matrix: { rowCount: end - firstRow, columnCount, indptr, indices, values }, times };
}

/** The whole matrix. A single block is not copied. */
export function matrixOfBlocks(
  sections: readonly Section[],
  prefix: string,
  columnCount: number,
): { matrix: CsrMatrix; times: Float64Array | null } {
  const blocks: MatrixBlock[] = [];
  for (let block = 0; block < blockCount(sections, prefix); block++) {
    blocks.push(matrixBlock(sections, prefix, block, columnCount));
  }
  const [only] = blocks;
  if (only && blocks.length === 1) return only;
  const rowCount = blocks.reduce((count, block) => count + block.matrix.rowCount, 0);
  const entryCount = blocks.reduce((count, block) => count + block.matrix.indices.length, 0);
  const indptr = new Uint32Array(rowCount + 1);
  const indices = new Uint32Array(entryCount);
  const values = new Float32Array(entryCount);
  const times = only?.times ? new Float64Array(entryCount) : null;
  let entry = 0;
  for (const block of blocks) {
    const base = entry;
    indptr.set(
      block.matrix.indptr.map((offset) => offset + base),
      block.firstRow,
    );
    indices.set(block.matrix.indices, entry);
    values.set(block.matrix.values, entry);
    if (times && block.times) times.set(block.times, entry);
    entry += block.matrix.indices.length;
  }
  return { matrix: { rowCount, columnCount, indptr, indices, values }, times };
}

/**
 * The checked matrix that is stored under `prefix`, or null when there is none. Throws BAD_ARTIFACT when it has another shape.
 *
 * @param check `checkShape` where each row is checked when it is read.
 */
export function optionalMatrix(
  sections: readonly Section[],
  prefix: string,
  rowCount: number,
  columnCount: number,
  check: (matrix: CsrMatrix, label: string) => void = checkCsr,
): CsrMatrix | null {
  if (!sections.some(({ name }) => name === `${prefix}.rows`)) return null;
  const { matrix } = matrixOfBlocks(sections, prefix, columnCount);
  check(matrix, prefix);
  if (matrix.rowCount !== rowCount) throw broken(prefix, `has ${matrix.rowCount} rows, expected ${rowCount}`);
  return matrix;
}

/** Bytes of an entry in a block. */
export const entryBytes = (hasTimes: boolean) => (hasTimes ? 16 : 8);

/** The first row of each block, and the row count. @param indptr Row offsets of the whole matrix. */
export function blockStarts(
  indptr: ArrayLike<number>,
  hasTimes: boolean,
  maxBlockBytes: number = MAX_BLOCK_BYTES,
): number[] {
  const starts = [0];
  let bytes = 4;
  const rowCount = indptr.length - 1;
  for (let row = 0; row < rowCount; row++) {
    const entries = (indptr[row + 1] as number) - (indptr[row] as number);
    const rowBytes = entries * entryBytes(hasTimes) + 4;
    if (bytes + rowBytes > maxBlockBytes && row > (starts.at(-1) as number)) {
      starts.push(row);
      bytes = 4;
    }
    bytes += rowBytes;
  }
  starts.push(rowCount);
  return starts;
}

function rowStarts(sections: readonly Section[], prefix: string): Uint32Array {
  const starts = sectionOf({ sections }, `${prefix}.rows`, Uint32Array);
  if (starts.length < 2 || starts[0] !== 0) throw broken(prefix, "has no list of blocks");
  for (let block = 0; block + 1 < starts.length; block++) {
    if ((starts[block + 1] as number) < (starts[block] as number))
      throw broken(prefix, "has blocks out of order");
  }
  return starts;
}

function broken(name: string, what: string): EngineError {
  return new EngineError("BAD_ARTIFACT", `The block "${name}" ${what}.`);
}
