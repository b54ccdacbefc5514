import type { F32Buffer, I16Buffer, U32Buffer } from "../memory/buffers.ts";

/** Rows that a range of `sweepRows` counts by. */
export const SWEEP_GROUP = 6;

/** Compressed rows of ascending indices below 2¹⁵. */
export interface NarrowRows {
  readonly indptr: U32Buffer;
  readonly indices: I16Buffer;
  /** Null when all are 1. */
  readonly values: F32Buffer | null;
}

export interface TailsCall {
  readonly matrix: NarrowRows;
  /** Where the rest of each row of `matrix` begins, as an offset into its entries; moved on by one for each row that is added. */
  readonly cursors: U32Buffer;
  /** Which rows to add, without repeats, and by what factor. */
  readonly rowIndices: U32Buffer;
  readonly rowWeights: F32Buffer;
  readonly count: number;
  /** Added to, from `outOffset` on. */
  readonly out: F32Buffer;
  readonly outOffset: number;
}

export interface PivotCall {
  /** size × size, symmetric; only the upper triangle is read, and it is overwritten. */
  readonly matrix: F32Buffer;
  /** Multiple of `DIM_MULTIPLE`, and so are `pivot` and `block`. */
  readonly size: number;
  readonly pivot: number;
  readonly block: number;
  /** −L⁻¹, block × block, lower triangular. */
  readonly factor: F32Buffer;
  /** Receive Y, block × size, in two layouts that only `sweepRows` reads. */
  readonly panels: F32Buffer;
  readonly left: F32Buffer;
  /** Length ≥ block × (size + block); holds nothing between calls. */
  readonly scratch: F32Buffer;
}

export interface SweepRowsCall {
  readonly matrix: F32Buffer;
  readonly size: number;
  /** Where the block of the preceding `sweepPivot` begins. */
  readonly pivot: number;
  /** Multiple of `SWEEP_GROUP`. */
  readonly fromRow: number;
  /** Multiple of `SWEEP_GROUP`, or size. */
  readonly toRow: number;
  /** As `sweepPivot` left them, with the block's rows as depth. */
  readonly panels: F32Buffer;
  readonly left: F32Buffer;
  readonly block: number;
}

export interface MirrorCall {
  /** size × size; only the upper triangle counts. */
  readonly matrix: F32Buffer;
  /** Multiple of `DIM_MULTIPLE`. */
  readonly size: number;
  /** Multiples of 4. */
  readonly fromRow: number;
  readonly toRow: number;
  /** One for each column. */
  readonly factors: F32Buffer;
}

/** Kernels for building and inverting a dense Gram matrix. */
export interface SweepKernels {
  /**
   * out += Σ weight · (the rest of a row) over rows of a sparse matrix, each from its cursor on, which moves on by one. Item by
   * item this gives the upper triangle of a Gram matrix.
   */
  addTails(call: TailsCall): void;
  /**
   * Sweeps the pivot's rows of a symmetric matrix: A becomes R = L⁻ᵀ Y with Y = L⁻¹ A, which is kept for `sweepRows`. The pivot's
   * own block is neither read nor written, and its columns of Y are zero.
   */
  sweepPivot(call: PivotCall): void;
  /** Upper triangle of matrix −= Yᵀ Y in some rows; what lies left of the diagonal has no meaning afterwards. */
  sweepRows(call: SweepRowsCall): void;
  /**
   * The entries right of the diagonal in some rows are copied to their mirror images, and column j is multiplied by factors[j] on
   * both sides. The diagonal stays.
   */
  mirrorScaled(call: MirrorCall): void;
}
