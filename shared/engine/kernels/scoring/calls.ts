import type { F32Buffer, I8Buffer, I16Buffer, U32Buffer } from "../memory/buffers.ts";

export interface ScoreCall {
  /** rowCount × dim. */
  readonly factors: F32Buffer;
  readonly dim: number;
  readonly rowCount: number;
  /** vectorCount × dim, from `vectorOffset` (in floats) on. */
  readonly vectors: F32Buffer;
  readonly vectorOffset: number;
  readonly vectorCount: number;
  /** Receives vectorCount × rowCount scores. */
  readonly out: F32Buffer;
}

export interface Int8ScoreCall {
  /** rowCount × dim. */
  readonly factors: I8Buffer;
  /** One per row. */
  readonly scales: F32Buffer;
  /** Multiple of `DIM_MULTIPLE`. */
  readonly dim: number;
  readonly rowCount: number;
  /** vectorCount × dim; no sum of products with a row may reach 2³¹, see `largestInt16`. */
  readonly vectors: I16Buffer;
  /** One per vector. */
  readonly vectorScales: F32Buffer;
  readonly vectorCount: number;
  /** Receives vectorCount × rowCount scores. */
  readonly out: F32Buffer;
}

/** The largest entry of a 16-bit vector whose products with `dim` signed bytes sum to less than 2³¹. */
export function largestInt16(dim: number): number {
  return Math.min(32_767, Math.floor((2 ** 31 - 1) / (128 * dim)));
}

/** The middle of the seven bits of a coarse vector, which stands for 0. */
export const COARSE_ZERO = 64;
/** The largest distance of a coarse number from `COARSE_ZERO`. */
export const LARGEST_COARSE = 63;
/** Rows of coarse factors are padded to a multiple of this. */
export const COARSE_MULTIPLE = 16;

export interface CoarseBoundCall {
  /** Rows of `dim` numbers, each from −127 to 127. */
  readonly factors: I8Buffer;
  /** `COARSE_ZERO` times the sum of each row, as signed 32 bits. */
  readonly shifts: U32Buffer;
  /** One per row. */
  readonly scales: F32Buffer;
  readonly lengths: F32Buffer;
  /** Multiple of `COARSE_MULTIPLE`. */
  readonly dim: number;
  readonly fromRow: number;
  readonly toRow: number;
  /** Length dim: `COARSE_ZERO` and a number from −63 to 63. */
  readonly vector: I8Buffer;
  readonly vectorScale: number;
  readonly slack: number;
  /** Receives a bound for each row, at its place among all rows. */
  readonly out: F32Buffer;
}

export interface DenseScoreCall {
  /** Rows of `stride` floats. */
  readonly matrix: F32Buffer;
  /** Multiple of `DIM_MULTIPLE`. */
  readonly stride: number;
  readonly rowIndices: U32Buffer;
  readonly rowWeights: F32Buffer;
  readonly count: number;
  /** Receives Σ weight · row; overwritten. Length stride. */
  readonly out: F32Buffer;
}

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

/** Kernels for scoring catalogues and people together. */
export interface ScoringKernels {
  /** out[v, r] = vectors[v] · factors[r]. */
  scoreInto(call: ScoreCall): void;
  /** out[v, r] = (vectors[v] · factors[r]) · vectorScales[v] · scales[r], the product in whole numbers. */
  scoreInt8Into(call: Int8ScoreCall): void;
  /** out[r] = (Σ factors[r, k] · (vector[k] − COARSE_ZERO)) · scales[r] · vectorScale + lengths[r] · slack, the sum in whole numbers. */
  boundCoarseInto(call: CoarseBoundCall): void;
  /** out = Σ weight · row over rows of a dense matrix. */
  scoreDenseInto(call: DenseScoreCall): void;
  /** rows[r, j] *= factors[j]. */
  scaleColumns(call: ScaleColumnsCall): void;
  /** target[r] += weight · source[r] / σ_r, σ_r the standard deviation of row r; a row of equal values adds nothing. */
  addStandardized(call: StandardizeCall): void;
  /**
   * The k best of `scores[from … from + length)`, with the meaning of `rank/top-k.ts`; `from` is 0 when absent.
   * @returns How many were written to `out`, counted from `from`.
   */
  topKInto(scores: F32Buffer, length: number, k: number, out: U32Buffer, from?: number): number;
  /**
   * The indices of the first `length` scores that are at least `bar`, in their order, as many as `out` takes.
   * @returns How many there are, also those that `out` has no room for.
   */
  collectAbove(scores: F32Buffer, length: number, bar: number, out: U32Buffer): number;
}
