/** Matrices too large for one isolate: blocks of consecutive rows, each read alone. */

import { blockBytes, blockStarts } from "../../data/block-layout.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { MAX_BLOCK_BYTES, type MatrixBlock } from "../../data/matrix-blocks.ts";
import { transpose } from "../../data/transpose.ts";
import { EngineError } from "../../engine-error.ts";

/** What is known of a block without reading it. */
export interface RowBlock {
  /** Row of the whole matrix that is row 0 of the block. */
  readonly firstRow: number;
  readonly rowCount: number;
  readonly interactionCount: number;
  /** Of its encoding. */
  readonly bytes: number;
}

export interface BlockedMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly interactionCount: number;
  /** In the order of their rows, without gaps; a matrix without rows has none. */
  readonly blocks: readonly RowBlock[];
  /** A block's rows, counted from its first; columns are those of the whole matrix. Read only. */
  read(block: number): Promise<CsrMatrix>;
  /** The same with the times of its entries, null where the data have none. */
  readTimed(block: number): Promise<MatrixBlock>;
}

/** The interactions of a dataset in both directions. */
export interface BlockedDataset {
  /** Users × items, with times if there are any. */
  readonly userItems: BlockedMatrix;
  /** The transpose, without times. */
  readonly itemUsers: BlockedMatrix;
  /** Users × items with a rating of zero or below, cut at the same users as `userItems`; null when there are none. */
  readonly disliked: BlockedMatrix | null;
}

/** The block with a row of the matrix. Throws RangeError for a row that it does not have. */
export function blockOfRow(
  { blocks, rowCount }: Pick<BlockedMatrix, "blocks" | "rowCount">,
  row: number,
): number {
  if (!(row >= 0 && row < rowCount)) throw new RangeError(`No row ${row} in a matrix of ${rowCount} rows.`);
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((blocks[middle] as RowBlock).firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Cuts a matrix in memory into blocks of at most this many bytes each; one larger row is a block of its own. */
export function blockedFrom(
  matrix: CsrMatrix,
  mostBytes: number = MAX_BLOCK_BYTES,
  times: Float64Array | null = null,
): BlockedMatrix {
  return blockedAt(matrix, blockStarts(matrix.indptr, mostBytes, times !== null), times);
}

/** A dataset in memory as blocks. */
export function blockedDatasetFrom(
  data: {
    readonly userItems: CsrMatrix;
    readonly times?: Float64Array | null;
    readonly disliked?: CsrMatrix;
  },
  mostBytes: number = MAX_BLOCK_BYTES,
): BlockedDataset {
  const { times = null, disliked } = data;
  const userItems = blockedFrom(data.userItems, mostBytes, times);
  const starts = [...userItems.blocks.map(({ firstRow }) => firstRow), userItems.rowCount];
  return {
    userItems,
    itemUsers: blockedFrom(transpose(data.userItems), mostBytes),
    disliked: disliked ? blockedAt(disliked, starts, null) : null,
  };
}

/** Views of a matrix in memory, cut at these rows. @param starts First row of each block, then the number of rows. */
export function blockedAt(
  matrix: CsrMatrix,
  starts: readonly number[],
  times: Float64Array | null,
): BlockedMatrix {
  const blocks = starts.slice(0, -1).map((firstRow, at) => {
    const rowCount = (starts[at + 1] as number) - firstRow;
    const interactionCount =
      (matrix.indptr[firstRow + rowCount] as number) - (matrix.indptr[firstRow] as number);
    const bytes = blockBytes(rowCount, interactionCount, times !== null);
    return { firstRow, rowCount, interactionCount, bytes };
  });
  const { rowCount, columnCount } = matrix;
  const readTimed = async (block: number): Promise<MatrixBlock> => {
    const { firstRow, rowCount } = requireBlock(blocks, block);
    return {
      firstRow,
      matrix: rowsOf(matrix, firstRow, firstRow + rowCount),
      times: times?.subarray(matrix.indptr[firstRow], matrix.indptr[firstRow + rowCount]) ?? null,
    };
  };
  const read = async (block: number) => (await readTimed(block)).matrix;
  return { rowCount, columnCount, interactionCount: matrix.indices.length, blocks, read, readTimed };
}

/** Rows from … to as a matrix; the offsets are copied, entries are views. */
export function rowsOf(matrix: CsrMatrix, from: number, to: number): CsrMatrix {
  const [start = 0, end = 0] = [matrix.indptr[from], matrix.indptr[to]];
  return {
    rowCount: to - from,
    columnCount: matrix.columnCount,
    indptr: matrix.indptr.slice(from, to + 1).map((offset) => offset - start),
    indices: matrix.indices.subarray(start, end),
    values: matrix.values.subarray(start, end),
  };
}

/** Throws `BAD_PARAMETER` for a block that the matrix does not have. */
export function requireBlock(blocks: readonly RowBlock[], block: number): RowBlock {
  const found = blocks[block];
  if (!found)
    throw new EngineError("BAD_PARAMETER", `There is no block ${block} in a matrix of ${blocks.length}.`);
  return found;
}
