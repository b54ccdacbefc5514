import type { Section } from "../../artifact/section.ts";
import type { RowReader } from "../../data/row-reader.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import {
  conjugateGradientScratch,
  preconditionedScratch,
  rowSolveScratch,
  subspaceScratch,
} from "../../kernels/row-solvers/calls.ts";
import type { Factors } from "../factor-store/factors.ts";
import { createRowSlice, type RowSlice } from "../item-matrix/row-slice.ts";
import { addPiece } from "../linear-algebra/add-piece.ts";
import { addRowsToGram } from "./gram-pieces.ts";
import { type BasisCheckpoint, PrincipalBasis } from "./ials-basis.ts";
import {
  CG_STEPS,
  type IalsConfig,
  type IalsSolver,
  PRECONDITIONED_STEPS,
  ridgeOf,
  SUBSPACE_BLOCK,
} from "./ials-config.ts";

/** Floating-point operations of solving in one step: about 5 ms at 25 GFlop/s. A step takes at least one row, whatever it costs. */
const FLOPS_PER_STEP = 1.2e8;

/**
 * Solves the rows of one side while the other side's factors stay fixed, a bounded piece per step. First comes the Gram matrix of the
 * fixed side, then its rows in order. Minimises, for each row x with interactions S and all q of the fixed side,
 *
 *   Σ_S c (x·q − 1)² + α₀ Σ_all (x·q)² + λ |x|²
 */
export class HalfEpoch {
  readonly #kernels: Kernels;
  readonly #config: IalsConfig;
  readonly #rows: RowReader;
  readonly #solver: IalsSolver;
  readonly #slice: RowSlice;
  readonly #gram: F32Buffer;
  /** Of the piece of the fixed side that is being summed; null where all rows are one piece. */
  readonly #pieceGram: F32Buffer | null;
  readonly #pieces: readonly number[] | null;
  readonly #scratch: F32Buffer;
  /** For the preconditioned solver only. */
  readonly #basis: PrincipalBasis | null;
  #ridge: F32Buffer;
  #nextGramRow = 0;
  #nextRow = 0;

  /**
   * @param rows   Of the side to solve, with confidences as values; columns = the fixed side.
   * @param pieces Of the fixed side, see `gramPieces`; all of it is one piece when absent.
   */
  constructor(
    kernels: Kernels,
    config: IalsConfig,
    solver: IalsSolver,
    rows: RowReader,
    pieces?: readonly number[],
  ) {
    this.#kernels = kernels;
    this.#config = config;
    this.#rows = rows;
    this.#slice = createRowSlice(kernels);
    this.#gram = kernels.allocF32(config.stride ** 2);
    this.#pieces = pieces && pieces.length > 2 ? pieces : null;
    this.#pieceGram = this.#pieces ? kernels.allocF32(config.stride ** 2) : null;
    this.#solver = solver;
    const isTurned = solver === "preconditioned";
    this.#basis = isTurned ? new PrincipalBasis(kernels, config.dim, config.stride) : null;
    this.#scratch = kernels.allocF32(this.#scratchLength());
    this.#ridge = kernels.allocF32(1);
  }

  /** Rows solved since the half-epoch began. */
  get nextRow(): number {
    return this.#nextRow;
  }

  get done(): boolean {
    return this.#nextRow === this.#rows.rowCount;
  }

  /** Begins at a row; the rows before it must have been solved against the same fixed factors. */
  begin(row: number): void {
    this.#nextRow = row;
    this.#nextGramRow = 0;
    this.#gram.view.fill(0);
    this.#pieceGram?.view.fill(0);
    this.#basis?.begin();
  }

  /**
   * Begins at the first row with the Gram matrix of the whole fixed side, QᵀQ, where `step` gets only those of its rows that it needs.
   * @param turned Of an earlier half-epoch that turned the fixed side already, see `turnedFixed`.
   */
  beginWith(gram: Float32Array, fixed: Factors, turned: BasisCheckpoint | null = null): void {
    this.begin(0);
    this.#gram.view.set(gram);
    this.#nextGramRow = fixed.count;
    this.#finishGram();
    this.#basis?.resume(turned);
  }

  /** How the fixed side stands after a half-epoch, for another one against the same rows; null where the solver does not turn it. */
  turnedFixed(fixed: Factors): BasisCheckpoint | null {
    return this.#basis?.turned(fixed.count) ?? null;
  }

  /** The vectors of the basis that both sides are in after a half-epoch, stride × stride; null where the solver does not turn them. */
  get basisVectors(): Float32Array | null {
    return this.#basis?.vectors ?? null;
  }

  /** Begins at a row whose basis was found or was about to be found. */
  resume(row: number, basis: BasisCheckpoint | null, fixed: Factors): void {
    this.begin(row);
    if (this.#basis?.resume(basis)) this.#nextGramRow = fixed.count;
  }

  /** State for resuming, in addition to the row and both sides' factors. */
  checkpoint(): Section[] {
    return this.#basis?.checkpoint() ?? [];
  }

  /** @param prior The means of the solved rows, for conjugate gradients only: their loss has λ |x − mean|² instead. */
  step(fixed: Factors, solved: Factors, prior?: F32Buffer): void {
    const basis = this.#basis;
    if (this.#nextGramRow < fixed.count) this.#addToGram(fixed);
    else if (basis && !basis.isReady(fixed, solved)) basis.step(this.#gram, fixed, solved);
    else this.#solveRows(fixed, solved, basis, prior);
  }

  free(): void {
    this.#slice.free();
    this.#basis?.free();
    this.#pieceGram?.free();
    for (const buffer of [this.#gram, this.#scratch, this.#ridge]) buffer.free();
  }

  #addToGram(fixed: Factors): void {
    const fromRow = this.#nextGramRow;
    const pieceEnd = this.#pieces?.find((start) => start > fromRow) ?? fixed.count;
    const gram = this.#pieceGram ?? this.#gram;
    const call = { factors: fixed.buffer, dim: this.#config.stride, fromRow, gram };
    this.#nextGramRow = addRowsToGram(this.#kernels, call, pieceEnd);
    if (this.#pieceGram && this.#nextGramRow === pieceEnd) {
      addPiece(this.#gram.view, this.#pieceGram.view);
      this.#pieceGram.view.fill(0);
    }
    if (this.#nextGramRow === fixed.count) this.#finishGram();
  }

  #finishGram(): void {
    const { stride, dim, alpha0 } = this.#config;
    const entries = this.#gram.view;
    for (let at = 0; at < entries.length; at++) entries[at] = (entries[at] as number) * alpha0;
    for (let k = dim; k < stride; k++) entries[k * stride + k] = 1;
  }

  #solveRows(fixed: Factors, solved: Factors, basis: PrincipalBasis | null, prior?: F32Buffer): void {
    const fromRow = this.#nextRow;
    const toRow = this.#lastRowOfStep(fromRow);
    this.#slice.loadFrom(this.#rows, fromRow, toRow);
    const call = {
      fixed: fixed.buffer,
      solved: solved.buffer,
      fromRow,
      rowCount: toRow - fromRow,
      dim: this.#config.stride,
      gram: this.#gram,
      rows: this.#slice.rows,
      ridge: this.#loadRidge(fromRow, toRow),
      scratch: this.#scratch,
    };
    if (basis) {
      const { spectrum } = basis;
      this.#kernels.stepPreconditioned({ ...call, spectrum, steps: PRECONDITIONED_STEPS });
    } else if (this.#solver === "cg") {
      this.#kernels.stepConjugateGradient({ ...call, steps: CG_STEPS, ...(prior && { prior }) });
    } else if (this.#solver === "subspace") this.#kernels.stepSubspaces({ ...call, block: SUBSPACE_BLOCK });
    else this.#kernels.solveRows(call);
    this.#nextRow = toRow;
  }

  #scratchLength(): number {
    const { stride } = this.#config;
    if (this.#solver === "cg") return conjugateGradientScratch(stride);
    if (this.#solver === "preconditioned") return preconditionedScratch(stride);
    if (this.#solver === "cholesky") return rowSolveScratch(stride);
    const { indptr, rowCount } = this.#rows;
    let longest = 0;
    for (let row = 0; row < rowCount; row++) {
      longest = Math.max(longest, (indptr[row + 1] as number) - (indptr[row] as number));
    }
    return subspaceScratch(SUBSPACE_BLOCK, longest);
  }

  #loadRidge(fromRow: number, toRow: number): F32Buffer {
    if (this.#ridge.length < toRow - fromRow) {
      this.#ridge.free();
      this.#ridge = this.#kernels.allocF32(toRow - fromRow);
    }
    const { indptr, columnCount } = this.#rows;
    const ridge = this.#ridge.view;
    for (let row = fromRow; row < toRow; row++) {
      const interactionCount = (indptr[row + 1] as number) - (indptr[row] as number);
      ridge[row - fromRow] = ridgeOf(this.#config, columnCount, interactionCount);
    }
    return this.#ridge;
  }

  #lastRowOfStep(fromRow: number): number {
    const { indptr, rowCount } = this.#rows;
    let row = fromRow;
    for (let flops = 0; row < rowCount && flops < FLOPS_PER_STEP; row++) {
      flops += this.#flopsOf((indptr[row + 1] as number) - (indptr[row] as number));
    }
    return row;
  }

  /**
   * Conjugate gradients multiply by the matrix once for the first residual and once a step. Cholesky builds and factors it;
   * subspaces build and factor its diagonal blocks.
   */
  #flopsOf(interactionCount: number): number {
    const { stride } = this.#config;
    if (this.#solver === "cg") return (CG_STEPS + 1) * (4 * interactionCount * stride + 2 * stride ** 2);
    if (this.#solver === "preconditioned") {
      return (4 * PRECONDITIONED_STEPS + 2) * interactionCount * stride + 40 * stride;
    }
    if (this.#solver === "subspace") {
      const width = Math.min(SUBSPACE_BLOCK, stride);
      return stride * (interactionCount * (width + 12) + 2 * stride + width ** 2 / 3);
    }
    return interactionCount * stride * (stride + 8) + stride ** 3 / 3;
  }
}
