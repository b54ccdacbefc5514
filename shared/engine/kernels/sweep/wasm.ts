import { at, requireLength } from "../memory/wasm-buffer.ts";
import type { MirrorCall, PivotCall, SweepKernels, SweepRowsCall, TailsCall } from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface SweepExports {
  addTails(...args: number[]): void;
  sweepPivot(...args: number[]): void;
  sweepRows(...args: number[]): void;
  mirrorScaled(matrix: number, size: number, fromRow: number, toRow: number, factors: number): void;
}

export function wasmSweep(exports: SweepExports): SweepKernels {
  return {
    addTails(call: TailsCall): void {
      const { count, outOffset } = call;
      requireLength(call.cursors, call.matrix.indptr.length - 1);
      requireLength(call.rowIndices, count);
      requireLength(call.rowWeights, count);
      const { indptr, indices, values } = call.matrix;
      const matrix = [at(indptr), at(indices), values ? at(values) : 0];
      const lists = [...matrix, at(call.cursors), at(call.rowIndices), at(call.rowWeights)];
      exports.addTails(...lists, count, at(call.out) + 4 * outOffset);
    },

    sweepPivot(call: PivotCall): void {
      const { size, pivot, block } = call;
      requireLength(call.matrix, size * size);
      requireLength(call.factor, block * block);
      for (const buffer of [call.panels, call.left]) requireLength(buffer, block * size);
      requireLength(call.scratch, block * (size + block));
      const buffers = [call.factor, call.panels, call.left, call.scratch].map(at);
      exports.sweepPivot(at(call.matrix), size, pivot, block, ...buffers);
    },

    sweepRows(call: SweepRowsCall): void {
      const { size, pivot, fromRow, toRow, block } = call;
      requireLength(call.matrix, size * size);
      for (const buffer of [call.panels, call.left]) requireLength(buffer, block * size);
      const rows = [size, pivot, fromRow, toRow];
      exports.sweepRows(at(call.matrix), ...rows, at(call.left), at(call.panels), block);
    },

    mirrorScaled({ matrix, size, fromRow, toRow, factors }: MirrorCall): void {
      requireLength(matrix, size * size);
      requireLength(factors, size);
      exports.mirrorScaled(at(matrix), size, fromRow, toRow, at(factors));
    },
  };
}
