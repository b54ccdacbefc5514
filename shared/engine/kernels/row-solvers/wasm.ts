import { at, pointersOf, requireLength } from "../memory/wasm-buffer.ts";
import {
  type ConjugateGradientCall,
  conjugateGradientScratch,
  type PreconditionedCall,
  preconditionedScratch,
  type RowProductCall,
  type RowSolveCall,
  type RowSolverKernels,
  rowProductScratch,
  rowSolveScratch,
  type SubspaceCall,
  subspaceScratch,
} from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface RowSolversExports {
  stepConjugateGradient(...args: number[]): void;
  stepPreconditioned(...args: number[]): void;
  multiplyRows(rows: number, rowCount: number, dim: number, matrix: number, scratch: number): void;
  solveRowsCholesky(...args: number[]): number;
  solveRowsSubspace(...args: number[]): number;
}

export function wasmRowSolvers(exports: RowSolversExports): RowSolverKernels {
  return {
    stepConjugateGradient(call: ConjugateGradientCall): void {
      const { dim, fromRow, rowCount, rows } = call;
      requireLength(call.solved, (fromRow + rowCount) * dim);
      requireLength(call.ridge, rowCount);
      requireLength(call.scratch, conjugateGradientScratch(dim));
      const lists = [...pointersOf(rows), at(call.ridge), call.steps, at(call.scratch)];
      const solved = at(call.solved) + 4 * fromRow * dim;
      if (call.prior) requireLength(call.prior, (fromRow + rowCount) * dim);
      const prior = call.prior ? at(call.prior) + 4 * fromRow * dim : 0;
      exports.stepConjugateGradient(at(call.fixed), solved, prior, rowCount, dim, at(call.gram), ...lists);
    },

    solveRows(call: RowSolveCall): number {
      const { dim, fromRow, rowCount, rows } = call;
      requireLength(call.solved, (fromRow + rowCount) * dim);
      requireLength(call.gram, dim * dim);
      requireLength(call.ridge, rowCount);
      requireLength(call.scratch, rowSolveScratch(dim));
      const solved = at(call.solved) + 4 * fromRow * dim;
      const [indptr, indices, values] = pointersOf(rows);
      const [fixed, gram, ridge, scratch] = [call.fixed, call.gram, call.ridge, call.scratch].map(at);
      const args = [fixed, solved, rowCount, dim, gram, indptr, indices, values, ridge, scratch];
      return exports.solveRowsCholesky(...(args as number[]));
    },

    stepPreconditioned(call: PreconditionedCall): void {
      const { dim, fromRow, rowCount, rows } = call;
      requireLength(call.solved, (fromRow + rowCount) * dim);
      requireLength(call.spectrum, dim);
      requireLength(call.ridge, rowCount);
      requireLength(call.scratch, preconditionedScratch(dim));
      const lists = [...pointersOf(rows), at(call.ridge), call.steps, at(call.scratch)];
      const solved = at(call.solved) + 4 * fromRow * dim;
      exports.stepPreconditioned(at(call.fixed), solved, rowCount, dim, at(call.spectrum), ...lists);
    },

    multiplyRows({ rows, fromRow, rowCount, dim, matrix, scratch }: RowProductCall): void {
      requireLength(rows, (fromRow + rowCount) * dim);
      requireLength(matrix, dim * dim);
      requireLength(scratch, rowProductScratch(dim));
      exports.multiplyRows(at(rows) + 4 * fromRow * dim, rowCount, dim, at(matrix), at(scratch));
    },

    stepSubspaces(call: SubspaceCall): number {
      const { dim, fromRow, rowCount, rows, block } = call;
      const starts = rows.indptr.view;
      let longest = 0;
      for (let row = 0; row < rowCount; row++) {
        longest = Math.max(longest, (starts[row + 1] as number) - (starts[row] as number));
      }
      requireLength(call.solved, (fromRow + rowCount) * dim);
      requireLength(call.gram, dim * dim);
      requireLength(call.ridge, rowCount);
      requireLength(call.scratch, subspaceScratch(block, longest));
      const solved = at(call.solved) + 4 * fromRow * dim;
      const lists = [...pointersOf(rows), at(call.ridge)];
      const sizes = [rowCount, dim, at(call.gram)];
      return exports.solveRowsSubspace(at(call.fixed), solved, ...sizes, ...lists, block, at(call.scratch));
    },
  };
}
