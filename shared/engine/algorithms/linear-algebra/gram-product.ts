import type { RowReader } from "../../data/row-reader.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";
import type { SparseProductCall } from "../../kernels/sparse-rows/calls.ts";
import { createRowSlice, type RowSlice } from "../item-matrix/row-slice.ts";

const FLOPS_PER_STEP = 6e7;
/** Columns that are multiplied together, at least: the kernel's widest strip. */
const LEAST_PANEL = 32;
/** X · a panel of the basis takes this many times the memory of the basis, at most. */
const PANEL_SHARE = 2;

export interface GramProduct {
  /** X. */
  readonly matrix: RowReader;
  /** Its transpose, or that of C X for a diagonal C. */
  readonly transposed: RowReader;
  /** A row of `stride` floats, a multiple of `DIM_MULTIPLE`, for each column of X. */
  readonly basis: F32Buffer;
  readonly stride: number;
  /** Of the same form; overwritten. */
  readonly image: F32Buffer;
}

/** Columns of the panels in which rows of `stride` floats are multiplied: all where there is room, since each panel copies X. */
export function panelWidth(stride: number, rowCount: number, columnCount: number): number {
  const fitting = Math.floor((PANEL_SHARE * stride * columnCount) / rowCount);
  const panels = Math.ceil(stride / Math.max(LEAST_PANEL, fitting));
  return paddedDim(Math.ceil(stride / panels));
}

/**
 * image = XᵀX · basis, or XᵀC X · basis, for a sparse X, a panel of columns after the other. Both halves gather rows, of X and of its transpose: adding
 * to scattered rows instead takes twice the time.
 *
 * @returns Steps of bounded work, each yielding the share that is done.
 */
export function* multiplyByGram(kernels: Kernels, operands: GramProduct): Generator<number, void> {
  const { matrix, transposed, basis, stride, image } = operands;
  const panel = panelWidth(stride, matrix.rowCount, matrix.columnCount);
  const product = kernels.allocF32(matrix.rowCount * panel);
  const slice = createRowSlice(kernels);
  try {
    for (let column = 0; column < stride; column += panel) {
      const dim = Math.min(panel, stride - column);
      const there = { dim, factors: basis, factorStride: stride, factorOffset: column, out: product };
      for (const share of multiplyRows(kernels, matrix, slice, there))
        yield (column + (share * dim) / 2) / stride;
      const back = { dim, factors: product, out: image, outStride: stride, outOffset: column };
      for (const share of multiplyRows(kernels, transposed, slice, back)) {
        yield (column + ((1 + share) * dim) / 2) / stride;
      }
    }
  } finally {
    product.free();
    slice.free();
  }
}

/** The rows of a sparse matrix times factors, some at a time. @returns Steps, each yielding the share that is done. */
export function* multiplyRows(
  kernels: Kernels,
  matrix: RowReader,
  slice: RowSlice,
  call: Omit<SparseProductCall, "rows" | "rowCount">,
): Generator<number, void> {
  const { dim, outStride = dim, outOffset = 0 } = call;
  for (let from = 0; from < matrix.rowCount; ) {
    const to = endOfRows(matrix, from, FLOPS_PER_STEP / (2 * dim));
    slice.loadFrom(matrix, from, to);
    const { rows } = slice;
    const rowCount = to - from;
    kernels.multiplySparse({ ...call, rows, rowCount, outOffset: outOffset + from * outStride });
    from = to;
    yield from / matrix.rowCount;
  }
}

/** The end of the rows from `from` on, at least one, that have this many entries together. An empty row costs a little, too. */
export function endOfRows(
  { indptr, rowCount }: Pick<RowReader, "indptr" | "rowCount">,
  from: number,
  maxEntries: number,
): number {
  const limit = (indptr[from] as number) + maxEntries;
  let row = from + 1;
  while (row < rowCount && (indptr[row + 1] as number) + (row - from) <= limit) row++;
  return row;
}
