import type { F32Buffer, SparseRows, U32Buffer } from "../memory/buffers.ts";

export interface NonNegativeCall {
  /** Rows `fromRow … fromRow + rowCount` are improved in place: the w of the formula. */
  readonly factors: F32Buffer;
  readonly fromRow: number;
  readonly rowCount: number;
  readonly dim: number;
  /** G, dim × dim, symmetric. */
  readonly gram: F32Buffer;
  /** The p of each of those rows, rowCount × dim. */
  readonly products: F32Buffer;
  readonly l1: number;
}

/** Targets that one elastic-net call solves together; the assembly has the same constant. */
export const ELASTIC_NET_LANES = 16;

export interface ElasticNetCall {
  /** Rows are items, indices rows of `residuals`. */
  readonly items: SparseRows;
  /** Items are visited in this order, from one place to another. */
  readonly order: U32Buffer;
  readonly fromPlace: number;
  readonly toPlace: number;
  /** x_j − Σ_i b_i x_i for each target, rows of `ELASTIC_NET_LANES` floats; kept up to date. */
  readonly residuals: F32Buffer;
  /** b, one row of `ELASTIC_NET_LANES` floats an item. */
  readonly coefficients: F32Buffer;
  /** Lane t belongs to the target `firstTarget + t`, whose own coefficient stays 0. */
  readonly firstTarget: number;
  readonly l1: number;
  readonly l2: number;
  readonly isPositive: boolean;
}

/** Kernels for coordinate descent. */
export interface DescentKernels {
  /**
   * One pass of coordinate descent over rows w ≥ 0 of ½ wᵀ G w − (p − l1)·w; coordinates with G_tt ≤ 0 stay.
   * @returns The summed size of the projected gradients, 0 at the optimum.
   */
  descendNonNegative(call: NonNegativeCall): number;
  /**
   * One pass of coordinate descent over some items for `ELASTIC_NET_LANES` targets at once, of
   * ½ |x_j − Σ_i b_i x_i|² + l2/2 |b|² + l1 |b|₁. @returns The largest change of a coefficient.
   */
  descendElasticNet(call: ElasticNetCall): number;
}
