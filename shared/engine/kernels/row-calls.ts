import type { F32Buffer } from "./kernels.ts";

/** Arguments of the kernels that work on rows of scores, one row a user; see `Kernels` for what each one does. */

export interface ScaleColumnsCall {
  /** rowCount × length. */
  readonly rows: F32Buffer;
  readonly rowCount: number;
  readonly length: number;
  /** One per column. */
  readonly factors: F32Buffer;
}

export interface StandardizeCall {
  /** rowCount × length. */
  readonly source: F32Buffer;
  /** rowCount × length; added to. */
  readonly target: F32Buffer;
  readonly rowCount: number;
  readonly length: number;
  readonly weight: number;
}
