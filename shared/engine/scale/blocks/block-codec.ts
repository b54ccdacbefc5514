/**
 * A block of rows as bytes: eight 32-bit numbers (magic, version, first row, rows, columns, entries, whether times follow, 0), the row
 * offsets, padding to 8 bytes, column indices, values, padding to 8 bytes, and times. All little-endian. A reader takes views.
 */
import { HEADER_NUMBERS, layoutOfBlock } from "../../data/block-layout.ts";
import { checkCsr } from "../../data/check-csr.ts";
import type { MatrixBlock } from "../../data/matrix-blocks.ts";
import { EngineError } from "../../engine-error.ts";

/** "EWB1" read as a little-endian number. */
const MAGIC = 0x31425745;
const VERSION = 1;

/** Same block, same bytes. Columns are those of the whole matrix; rows are the block's own. */
export function encodeBlock({ firstRow, matrix, times }: MatrixBlock): Uint8Array {
  const { rowCount, columnCount, indptr, indices, values } = matrix;
  const layout = layoutOfBlock(rowCount, indices.length, times !== null);
  const bytes = new Uint8Array(layout.end);
  const { buffer } = bytes;
  const header = [MAGIC, VERSION, firstRow, rowCount, columnCount, indices.length, times ? 1 : 0, 0];
  new Uint32Array(buffer, 0, HEADER_NUMBERS).set(header);
  new Uint32Array(buffer, layout.indptr, rowCount + 1).set(indptr);
  new Uint32Array(buffer, layout.indices, indices.length).set(indices);
  new Float32Array(buffer, layout.values, indices.length).set(values);
  if (times) new Float64Array(buffer, layout.times, indices.length).set(times);
  return bytes;
}

/**
 * The block of `encodeBlock` as views of its bytes, which are copied first when they do not begin at a multiple of 8. Throws
 * `BAD_ARTIFACT`, with the name, when it is damaged: kernels then index without checks.
 */
export function decodeBlock(bytes: Uint8Array, name: string): MatrixBlock {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (bytes.length < 4 * HEADER_NUMBERS) throw broken(name, `has only ${bytes.length} bytes`);
  const header = new Uint32Array(buffer, byteOffset, HEADER_NUMBERS);
  const [magic, version, firstRow = 0, rowCount = 0, columnCount = 0, entryCount = 0, timed = 0] = header;
  if (magic !== MAGIC) throw broken(name, "is no block of a matrix");
  if (version !== VERSION) throw broken(name, `has version ${version}, expected ${VERSION}`);
  if (timed > 1) throw broken(name, `says ${timed} where it says whether times follow`);
  const layout = layoutOfBlock(rowCount, entryCount, timed === 1);
  if (bytes.length !== layout.end) throw broken(name, `has ${bytes.length} bytes, expected ${layout.end}`);
  const matrix = {
    rowCount,
    columnCount,
    indptr: new Uint32Array(buffer, byteOffset + layout.indptr, rowCount + 1),
    indices: new Uint32Array(buffer, byteOffset + layout.indices, entryCount),
    values: new Float32Array(buffer, byteOffset + layout.values, entryCount),
  };
  checkCsr(matrix, name);
  const times = timed === 1 ? new Float64Array(buffer, byteOffset + layout.times, entryCount) : null;
  return { firstRow, matrix, times };
}

function broken(name: string, what: string): EngineError {
  return new EngineError("BAD_ARTIFACT", `The block "${name}" ${what}.`);
}
