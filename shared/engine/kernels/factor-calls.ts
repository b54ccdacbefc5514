import type { F32Buffer, SparseRows, U32Buffer } from "./kernels.ts";

/** Arguments of the kernels that fit factor models and sparse regressions; see `Kernels` for what each one does. */

export interface SparseProductCall {
  /** Rows 0 … rowCount are used; indices are rows of `factors`. */
  readonly rows: SparseRows;
  readonly rowCount: number;
  readonly factors: F32Buffer;
  /** Columns of `factors` that are taken, a multiple of `DIM_MULTIPLE`. */
  readonly dim: number;
  /** Receives rowCount × dim. */
  readonly out: F32Buffer;
  /** Floats from one row to the next, multiples of 4, and where the first row's first column is; left out, `dim` and 0. */
  readonly factorStride?: number;
  readonly factorOffset?: number;
  readonly outStride?: number;
  readonly outOffset?: number;
}

export interface RowSolveCall {
  /** Factors of the side that stays fixed: the q of the formula. */
  readonly fixed: F32Buffer;
  /** Rows `fromRow … fromRow + rowCount` are overwritten by the solutions x. */
  readonly solved: F32Buffer;
  readonly fromRow: number;
  readonly rowCount: number;
  readonly dim: number;
  /** α₀·QᵀQ, dim × dim, with 1 on the diagonal of the padding. */
  readonly gram: F32Buffer;
  /** Interactions of those rows only: row r of `rows` belongs to row `fromRow + r`; values are the c of the formula, ≥ 0. */
  readonly rows: SparseRows;
  /** λ of each of those rows. */
  readonly ridge: F32Buffer;
  /** Length ≥ `rowSolveScratch(dim)`; holds nothing between calls. */
  readonly scratch: F32Buffer;
}

/** Bytes of gathered rows; the assembly has the same constant. */
const GATHER_BYTES = 24_576;

/** Floats of scratch: the matrix of a row, and a block of gathered interactions. */
export function rowSolveScratch(dim: number): number {
  return dim * dim + dim * Math.max(16, Math.floor(GATHER_BYTES / (4 * dim)));
}

export interface SubspaceCall extends RowSolveCall {
  /** Coordinates solved together; multiple of `DIM_MULTIPLE`. */
  readonly block: number;
  /** Length ≥ `subspaceScratch(block, longest)`, longest the most interactions of a row. */
  readonly scratch: F32Buffer;
}

/** Floats of scratch: the matrix of a block, its step, gathered interactions, and a score for each interaction. */
export function subspaceScratch(block: number, longestRow: number): number {
  return rowSolveScratch(block) + block + longestRow;
}

export interface PreconditionedCall extends Omit<RowSolveCall, "gram"> {
  /** The diagonal that α₀·QᵀQ is in the basis of the factors, ≥ 0; with any λ > 0. */
  readonly spectrum: F32Buffer;
  readonly steps: number;
  /** Length ≥ `preconditionedScratch(dim)`; holds nothing between calls. */
  readonly scratch: F32Buffer;
}

/** Floats of scratch: the diagonal, its inverse, residual, direction and product. */
export function preconditionedScratch(dim: number): number {
  return 5 * dim;
}

export interface RowProductCall {
  /** Rows `fromRow … fromRow + rowCount` are multiplied in place. */
  readonly rows: F32Buffer;
  readonly fromRow: number;
  readonly rowCount: number;
  readonly dim: number;
  /** dim × dim. */
  readonly matrix: F32Buffer;
  /** Length ≥ `rowProductScratch(dim)`; holds nothing between calls. */
  readonly scratch: F32Buffer;
}

/** Floats of scratch: the matrix in panels and two groups of eight rows. */
export function rowProductScratch(dim: number): number {
  return dim * dim + 16 * dim;
}

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

export interface PairFilterCall {
  /** The user-items matrix. */
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  /** Zero, of length `pairFilterWords`. */
  readonly filter: U32Buffer;
}

/** Words of a filter: a power of two with at least eight bits an entry, so that one in eight absent pairs or fewer may seem present. */
export function pairFilterWords(entryCount: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, entryCount / 4)));
}

/** How far the hash of a pair is shifted to give a bit of so many words. */
export function pairFilterShift(words: number): number {
  return Math.clz32(words) - 4;
}

export interface RankingCall {
  /** Rows of `dim` floats, improved in place; coordinate `biasAt` of users stays 1. */
  readonly users: F32Buffer;
  readonly items: F32Buffer;
  readonly dim: number;
  readonly biasAt: number;
  /** The user-items matrix: rows of item indices, ascending, and the user of each entry. */
  readonly indptr: U32Buffer;
  readonly indices: U32Buffer;
  readonly entryUsers: U32Buffer;
  /** As `fillPairFilter` filled it from that matrix. */
  readonly filter: U32Buffer;
  readonly itemCount: number;
  readonly samples: number;
  readonly rate: number;
  readonly userReg: number;
  readonly itemReg: number;
  /** False: BPR. */
  readonly isWarp: boolean;
  /** Four words of a random generator, not all zero; advanced. */
  readonly state: U32Buffer;
}
