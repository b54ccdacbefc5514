/**
 * The pieces of a side whose Gram matrices are summed one after another, in a fit of one isolate and in one by blocks. Both then have
 * the same sums to the last bit.
 */
import { blockStarts } from "../../data/block-layout.ts";
import { MAX_BLOCK_BYTES } from "../../data/matrix-blocks.ts";
import type { GramCall } from "../../kernels/dense/calls.ts";
import type { Kernels } from "../../kernels/kernels.ts";

/** Factors of a piece take at most this much. */
const MOST_FACTOR_BYTES = 8 * 1024 * 1024;
/** Floating-point operations of one call: about 5 ms at 25 GFlop/s. */
const FLOPS_PER_CALL = 1.2e8;

/** The first row of each piece, and the number of rows. @param starts The same of the blocks of a side's interactions. */
export function gramPieces(starts: readonly number[], stride: number): number[] {
  const mostRows = Math.max(1, Math.floor(MOST_FACTOR_BYTES / (4 * stride)));
  const pieces: number[] = [0];
  for (const end of starts.slice(1)) {
    for (let row = pieces.at(-1) as number; row < end; ) {
      row = Math.min(end, row + mostRows);
      pieces.push(row);
    }
  }
  return pieces;
}

/** The pieces of a side in memory. @param indptr Offsets of its rows. */
export function gramPiecesOf(indptr: Uint32Array, stride: number, mostBytes = MAX_BLOCK_BYTES): number[] {
  return gramPieces(blockStarts(indptr, mostBytes, false), stride);
}

/** Adds rows of a piece to its Gram matrix, from `fromRow` on. @returns The row that comes next. */
export function addRowsToGram(
  kernels: Kernels,
  { factors, dim, fromRow, gram }: Omit<GramCall, "toRow">,
  endRow: number,
): number {
  const toRow = Math.min(endRow, fromRow + Math.ceil(FLOPS_PER_CALL / dim ** 2));
  kernels.addGram({ factors, dim, fromRow, toRow, gram });
  return toRow;
}
