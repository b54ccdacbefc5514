import type { F32Buffer, SparseRows } from "../memory/buffers.ts";

export interface ConjugateGradientCall {
  /** Factors of the side that stays fixed: the q of the formula. */
  readonly fixed: F32Buffer;
  /** Factors to improve in place, starting from what they hold: the x of the formula. */
  readonly solved: F32Buffer;
  /** The m of the formula, a row for each of `solved`; 0 if absent. */
  readonly prior?: F32Buffer;
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

/** Floats of scratch: direction (twice), residual and product of a group, the Gram matrix in panels, and three numbers a row. */
export function conjugateGradientScratch(dim: number): number {
  return 4 * CG_GROUP * dim + dim * dim + 3 * CG_GROUP;
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

/** Floats of scratch: the matrix in panels and three groups of eight rows. */
export function rowProductScratch(dim: number): number {
  return dim * dim + 24 * dim;
}

/** Kernels for solving for rows of factors, one side fixed. */
export interface RowSolverKernels {
  /**
   * Takes conjugate-gradient steps on (α₀QᵀQ + Σ c q qᵀ + λI) x = Σ c q + λ m for each row, never building the matrix.
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
}
