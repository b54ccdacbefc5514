import type { F32Buffer, SparseRows, U32Buffer } from "../memory/buffers.ts";

export interface GramCall {
  readonly factors: F32Buffer;
  readonly dim: number;
  readonly fromRow: number;
  readonly toRow: number;
  /** dim × dim, symmetric before and after. */
  readonly gram: F32Buffer;
}

/** Arguments of `Kernels.addLocalGram`. */
export interface LocalGramCall {
  /** Rows are items, indices are users. */
  readonly itemUsers: SparseRows;
  /** The items N: `count` rows of `itemUsers`, without repeats. */
  readonly items: U32Buffer;
  readonly count: number;
  /** Length of a row of `gram`. */
  readonly stride: number;
  /** A word for each user; all zero before and after. */
  readonly users: U32Buffer;
  /** A word for each user; holds nothing between calls. */
  readonly touched: U32Buffer;
  /** Two words for each interaction with N; holds nothing between calls. */
  readonly entries: U32Buffer;
  /** count rows of `stride`; the lower triangle is added to. */
  readonly gram: F32Buffer;
}

export interface ProductCall {
  /** Rows of `targetStride` floats, from `targetOffset` on. */
  readonly target: F32Buffer;
  readonly targetOffset: number;
  readonly targetStride: number;
  /** Multiple of 4. */
  readonly rowCount: number;
  /** rowCount × depth. */
  readonly left: F32Buffer;
  /** Where `left` begins, in floats; 0 when absent. */
  readonly leftOffset?: number;
  readonly depth: number;
  /** depth × columnCount, in panels of `PANEL_COLUMNS` columns, each panel contiguous and row-major. */
  readonly right: F32Buffer;
  /** Where `right` begins, in floats; 0 when absent. */
  readonly rightOffset?: number;
  /** Multiple of `PANEL_COLUMNS`. */
  readonly columnCount: number;
}

export const PANEL_COLUMNS = 8;

/** Kernels for dense symmetric matrices and products. */
export interface DenseKernels {
  /** gram += Σ y yᵀ over rows fromRow … toRow. */
  addGram(call: GramCall): void;
  /** gram += X_Nᵀ X_N for some items N, lower triangle. */
  addLocalGram(call: LocalGramCall): void;
  /**
   * Solves A x = b for symmetric positive definite A by Cholesky.
   * @param matrix dim × dim; its lower triangle is overwritten by L.
   * @param vector b on entry, x on return.
   * @returns False, with `vector` untouched, when A is not positive definite.
   */
  solveCholesky(matrix: F32Buffer, dim: number, vector: F32Buffer): boolean;
  /** target −= left · right. */
  subtractProduct(call: ProductCall): void;
}
