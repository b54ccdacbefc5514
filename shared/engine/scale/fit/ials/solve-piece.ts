/** Solves a piece of one side's rows against the factors of the other: a task of a half-epoch. */
import { Factors } from "../../../algorithms/factor-store/factors.ts";
import {
  confidencesOf,
  type IalsConfig,
  type IalsSolver,
} from "../../../algorithms/factorization/ials-config.ts";
import { HalfEpoch } from "../../../algorithms/factorization/ials-half-epoch.ts";
import { addPiece } from "../../../algorithms/linear-algebra/add-piece.ts";
import type { CsrMatrix } from "../../../data/csr-matrix.ts";
import { convertedRows, type RowReader } from "../../../data/row-reader.ts";
import type { F32Buffer, Kernels } from "../../../kernels/kernels.ts";
import { rowProductScratch } from "../../../kernels/row-solvers/calls.ts";
import type { FitContext } from "../fit-context.ts";
import { type FactorPieces, visitPieces } from "./factor-pieces.ts";
import { gatherRows, NeededRows, type RowGroup } from "./needed-rows.ts";
import type { WholeSide } from "./whole-side.ts";

/** Rows of the fixed side that a task holds take at most this much. */
export const MOST_FIXED_BYTES = 40 * 1024 * 1024;

/** How many rows of the fixed side a task holds. */
export function fixedRows(stride: number, mostBytes = MOST_FIXED_BYTES): number {
  return Math.floor(mostBytes / (4 * stride));
}

export interface PieceCall {
  readonly config: IalsConfig;
  readonly solver: IalsSolver;
  readonly fixed: FactorPieces;
  /** All of its rows, where the task solves several pieces; the first of them turns these rows. */
  readonly whole: WholeSide | null;
  /** The piece's rows, columns = all rows of the fixed side. */
  readonly matrix: CsrMatrix;
  /** Where the rows start from, rowCount × stride; zero where null. */
  readonly warm: Float32Array | null;
  /** The basis into which the fixed side was turned since `warm` was solved. */
  readonly turn: Float32Array | null;
  readonly mostFixedBytes?: number;
}

export interface SolvedPiece {
  /** The caller frees them. */
  readonly rows: F32Buffer;
  /** The basis that the rows are in, where the solver turns both sides. */
  readonly basis: Float32Array | null;
}

/** The solved rows, the same to the last bit as those of `HalfEpoch` on the whole side. */
export async function solvePiece(context: FitContext, call: PieceCall): Promise<SolvedPiece> {
  const { kernels } = context;
  const { config, matrix, warm, turn } = call;
  const { stride } = config;
  const rows = kernels.allocF32(matrix.rowCount * stride);
  try {
    if (warm) rows.view.set(warm);
    if (warm && turn) turnRows(kernels, rows, matrix.rowCount, stride, turn);
    if (call.whole) return { rows, basis: await solveAgainst(context, call, rows, call.whole) };
    const needs = new NeededRows(matrix, fixedRows(stride, call.mostFixedBytes));
    let basis: Float32Array | null = null;
    for (let row = 0; row < matrix.rowCount; ) {
      const group = needs.groupFrom(row, matrix.rowCount);
      basis = await solveGroup(context, call, rows, group, needs);
      row = group.toRow;
    }
    return { rows, basis };
  } catch (error) {
    rows.free();
    throw error;
  }
}

async function solveAgainst(
  { kernels, breathe }: FitContext,
  { config, solver, matrix }: PieceCall,
  rows: F32Buffer,
  whole: WholeSide,
): Promise<Float32Array | null> {
  const { dim, stride } = config;
  const solved = new Factors(kernels, matrix.rowCount, dim, stride, rows);
  const reader = convertedRows(matrix, (values) => confidencesOf(config, values));
  const half = new HalfEpoch(kernels, config, solver, reader);
  try {
    half.beginWith(whole.gram, whole.rows, whole.turned);
    while (!half.done) {
      half.step(whole.rows, solved);
      await breathe();
    }
    whole.turned = half.turnedFixed(whole.rows);
    return half.basisVectors?.slice() ?? null;
  } finally {
    half.free();
  }
}

async function solveGroup(
  { kernels, store, breathe }: FitContext,
  { config, solver, fixed: pieces, matrix }: PieceCall,
  rows: F32Buffer,
  group: RowGroup,
  needs: NeededRows,
): Promise<Float32Array | null> {
  const { dim, stride } = config;
  const rowCount = group.toRow - group.fromRow;
  const fixed = new Factors(kernels, group.needed.length, dim, stride);
  const solved = new Factors(kernels, rowCount, dim, stride);
  const half = new HalfEpoch(kernels, config, solver, readerOf(config, matrix, group, needs));
  try {
    const gram = new Float32Array(stride ** 2);
    await visitPieces(store, pieces, (firstRow, content, part) => {
      addPiece(gram, part);
      gatherRows(group.needed, { firstRow, rows: content }, stride, fixed.buffer.view);
    });
    const [from, to] = [group.fromRow * stride, group.toRow * stride];
    solved.buffer.view.set(rows.view.subarray(from, to));
    half.beginWith(gram, fixed);
    while (!half.done) {
      half.step(fixed, solved);
      await breathe();
    }
    rows.view.set(solved.state, from);
    return half.basisVectors?.slice() ?? null;
  } finally {
    half.free();
    fixed.release();
    solved.release();
  }
}

/** The rows of a group with confidences. `columnCount` stays that of the whole side: the ridge depends on it. */
function readerOf(config: IalsConfig, matrix: CsrMatrix, group: RowGroup, needs: NeededRows): RowReader {
  const { fromRow, toRow } = group;
  const first = matrix.indptr[fromRow] as number;
  const indptr = matrix.indptr.slice(fromRow, toRow + 1).map((offset) => offset - first);
  return {
    rowCount: toRow - fromRow,
    columnCount: matrix.columnCount,
    indptr,
    entriesOf(from, to) {
      const [start, end] = [first + (indptr[from] as number), first + (indptr[to] as number)];
      return {
        indices: needs.renamed(matrix.indices.subarray(start, end)),
        values: confidencesOf(config, matrix.values.subarray(start, end)),
      };
    },
  };
}

/** rows ← rows · basis. */
function turnRows(
  kernels: Kernels,
  rows: F32Buffer,
  rowCount: number,
  dim: number,
  basis: Float32Array,
): void {
  const matrix = kernels.allocF32(dim ** 2);
  const scratch = kernels.allocF32(rowProductScratch(dim));
  try {
    matrix.view.set(basis);
    kernels.multiplyRows({ rows, fromRow: 0, rowCount, dim, matrix, scratch });
  } finally {
    matrix.free();
    scratch.free();
  }
}
