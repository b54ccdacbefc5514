import type {
  ElasticNetCall,
  NonNegativeCall,
  PairFilterCall,
  PreconditionedCall,
  RankingCall,
  RowProductCall,
  RowSolveCall,
  SparseProductCall,
  SubspaceCall,
} from "./factor-calls.ts";
import type { LocalGramCall } from "./local-gram.ts";
import type { ScaleColumnsCall, StandardizeCall } from "./row-calls.ts";
import type { MirrorCall, PivotCall, SweepRowsCall, TailsCall } from "./sweep-calls.ts";

/**
 * The dense and sparse inner loops of every algorithm, and the memory they run on. Two implementations, one meaning:
 * `wasm-kernels.ts` (SIMD) and `scalar-kernels.ts` (plain TypeScript, the reference).
 *
 * Factors and scratch live in buffers that the kernels own, so that no call copies them. The caller that allocates also frees.
 * A call runs to its end without yielding: callers cut the work so that one call stays under about 10 ms.
 *
 * Factor matrices are row-major with rows padded by zeros to `paddedDim(dim)`; kernels take that padded length as `dim`
 * and so have no tails. Zero padding stays zero through every kernel.
 */

/** Memory of the kernels, zero when allocated. */
export interface KernelBuffer<View> {
  readonly length: number;
  /** The memory itself. Take it again after any allocation: growing the memory detaches older views. */
  readonly view: View;
  /** Frees the memory. The second call does nothing; any other use afterwards is an error of the caller. */
  free(): void;
}

export type F32Buffer = KernelBuffer<Float32Array>;
export type U32Buffer = KernelBuffer<Uint32Array>;
export type I16Buffer = KernelBuffer<Int16Array>;
export type I8Buffer = KernelBuffer<Int8Array>;

/** Rows of a factor matrix are padded to this many floats. */
export const DIM_MULTIPLE = 8;

export function paddedDim(dim: number): number {
  return Math.ceil(dim / DIM_MULTIPLE) * DIM_MULTIPLE;
}

/** Compressed rows in kernel memory; see `CsrMatrix` for the layout. */
export interface SparseRows {
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  readonly values: F32Buffer;
}

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

export interface GramCall {
  readonly factors: F32Buffer;
  readonly dim: number;
  readonly fromRow: number;
  readonly toRow: number;
  /** dim × dim, symmetric before and after. */
  readonly gram: F32Buffer;
}

export interface ConjugateGradientCall {
  /** Factors of the side that stays fixed: the q of the formula. */
  readonly fixed: F32Buffer;
  /** Factors to improve in place, starting from what they hold: the x of the formula. */
  readonly solved: F32Buffer;
  /** Rows `fromRow … fromRow + rowCount` of `solved` are worked on. */
  readonly fromRow: number;
  readonly rowCount: number;
  readonly dim: number;
  /** α₀·QᵀQ, dim × dim. */
  readonly gram: F32Buffer;
  /** Interactions of those rows only: row r of `rows` belongs to row `fromRow + r`; values are the c of the formula. */
  readonly rows: SparseRows;
  /** λ of each of those rows. */
  readonly ridge: F32Buffer;
  readonly steps: number;
  /** Length ≥ `conjugateGradientScratch(dim)`; holds nothing between calls. */
  readonly scratch: F32Buffer;
}

/** Rows that one pass of the conjugate-gradient kernel works on together; the assembly has the same constant. */
export const CG_GROUP = 8;

/** Floats of scratch: direction, residual and product of a group, the Gram matrix in panels, and three numbers a row. */
export function conjugateGradientScratch(dim: number): number {
  return 3 * CG_GROUP * dim + dim * dim + 3 * CG_GROUP;
}

export interface AccumulateCall {
  readonly matrix: SparseRows;
  /** Which rows to add and by what factor: the entries of row `source` of `sources` (indices = rows of `matrix`). */
  readonly sources: SparseRows;
  readonly source: number;
  /** Length = columns of `matrix`. Cells outside of `touched` hold old values. */
  readonly sums: F32Buffer;
  /** Receives the columns that got a sum, in order of first touch. Length = columns of `matrix`. */
  readonly touched: U32Buffer;
  /** Length = columns of `matrix`; must hold no cell equal to `mark` at the call. */
  readonly marks: U32Buffer;
  readonly mark: number;
}

export interface SelectCall {
  readonly sums: F32Buffer;
  /** Candidate columns, without repeats; reordered. */
  readonly touched: U32Buffer;
  readonly touchedCount: number;
  readonly k: number;
  /** Length ≥ `selectScratch(touchedCount)`; holds nothing between calls. */
  readonly scratch: F32Buffer;
}

/** Words of scratch: a copy of the candidates, and the counters of a radix sort by bytes. */
export function selectScratch(touchedCount: number): number {
  return touchedCount + 256;
}

export interface SparseScoreCall {
  readonly matrix: SparseRows;
  readonly columnCount: number;
  /** Which rows to add, and by what factor. */
  readonly rowIndices: U32Buffer;
  readonly rowWeights: F32Buffer;
  readonly count: number;
  /** Receives Σ weight · row. */
  readonly out: F32Buffer;
  /** Where the result begins, in floats; 0 when absent. */
  readonly outOffset?: number;
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

export interface Kernels {
  readonly kind: "wasm" | "scalar";
  /** Throws `UNSUPPORTED` when the memory cannot grow that far. */
  allocF32(length: number): F32Buffer;
  allocU32(length: number): U32Buffer;
  allocI16(length: number): I16Buffer;
  allocI8(length: number): I8Buffer;
  /** Bytes in buffers that are not freed yet. */
  readonly allocatedBytes: number;
  /** Frees every buffer of these kernels, whoever holds it: for the end of a job that owns the whole instance. */
  freeAll(): void;

  /** out[v, r] = vectors[v] · factors[r]. */
  scoreInto(call: ScoreCall): void;
  /** out[v, r] = (vectors[v] · factors[r]) · vectorScales[v] · scales[r], the product in whole numbers. */
  scoreInt8Into(call: Int8ScoreCall): void;
  /** gram += Σ y yᵀ over rows fromRow … toRow. */
  addGram(call: GramCall): void;
  /**
   * Solves A x = b for symmetric positive definite A by Cholesky.
   * @param matrix dim × dim; its lower triangle is overwritten by L.
   * @param vector b on entry, x on return.
   * @returns False, with `vector` untouched, when A is not positive definite.
   */
  solveCholesky(matrix: F32Buffer, dim: number, vector: F32Buffer): boolean;
  /**
   * Takes conjugate-gradient steps on (α₀QᵀQ + Σ c q qᵀ + λI) x = Σ c q for each row, never building the matrix.
   * A row stops early once its squared residual is below 1e-10 of its first. Rows without interactions become zero.
   */
  stepConjugateGradient(call: ConjugateGradientCall): void;
  /**
   * Solves (α₀QᵀQ + Σ c q qᵀ + λI) x = Σ c q exactly for each row, by Cholesky. Rows without interactions become zero, and so
   * do rows whose matrix is not positive definite. @returns How many of the latter there were.
   */
  solveRows(call: RowSolveCall): number;
  /**
   * Takes conjugate-gradient steps on (diag(spectrum) + Σ c q qᵀ + λI) x = Σ c q for each row, preconditioned by its first and
   * last term. A row stops early once its squared residual is below 1e-10 of its first. Rows without interactions become zero.
   */
  stepPreconditioned(call: PreconditionedCall): void;
  /** rows ← rows · matrix. */
  multiplyRows(call: RowProductCall): void;
  /**
   * One pass over blocks of coordinates of each row: Newton steps on the same equation, each exact within its block (iALS++, Rendle
   * et al. 2021). @returns How many blocks were not positive definite; these stay as they are.
   */
  stepSubspaces(call: SubspaceCall): number;
  /** out[row] = Σ value · factors[index] over the entries of sparse rows. */
  multiplySparse(call: SparseProductCall): void;
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
  /** Marks the pairs of a sparse matrix in a Bloom filter, which tells of most absent pairs that they are absent. */
  fillPairFilter(call: PairFilterCall): void;
  /** Stochastic gradient steps that rank the items of users above their other items, by BPR or WARP. */
  trainRanking(call: RankingCall): void;
  /** sums[j] = Σ weight · matrix[row, j] over the source's rows. @returns The length of `touched`. */
  accumulateRows(call: AccumulateCall): number;
  /**
   * Moves the k columns with the largest sums, ties by lower column, to the front of `touched`, ascending by column.
   * @returns How many: min(k, touchedCount).
   */
  selectLargest(call: SelectCall): number;
  /** out = Σ weight · row over rows of a sparse matrix. */
  scoreSparseInto(call: SparseScoreCall): void;
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
  /** gram += X_Nᵀ X_N for some items N, lower triangle. */
  addLocalGram(call: LocalGramCall): void;
  /** out += Σ weight · row over rows of a sparse matrix. */
  addSparseRows(call: SparseScoreCall): void;
  /** rows[r, j] *= factors[j]. */
  scaleColumns(call: ScaleColumnsCall): void;
  /** target[r] += weight · source[r] / σ_r, σ_r the standard deviation of row r; a row of equal values adds nothing. */
  addStandardized(call: StandardizeCall): void;
  /** target −= left · right. */
  subtractProduct(call: ProductCall): void;
  /** out = Σ weight · row over rows of a dense matrix. */
  scoreDenseInto(call: DenseScoreCall): void;
  /**
   * The k best of `scores[from … from + length)`, with the meaning of `rank/top-k.ts`; `from` is 0 when absent.
   * @returns How many were written to `out`, counted from `from`.
   */
  topKInto(scores: F32Buffer, length: number, k: number, out: U32Buffer, from?: number): number;
}
