import { at, pointersOf, requireLength } from "../memory/wasm-buffer.ts";
import {
  type AccumulateCall,
  type SelectCall,
  type SparseProductCall,
  type SparseRowKernels,
  type SparseScoreCall,
  selectScratch,
} from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface SparseRowsExports {
  accumulateRows(...args: number[]): number;
  selectLargest(sums: number, columns: number, count: number, k: number, keys: number): void;
  scoreSparse(...args: number[]): void;
  multiplySparse(...args: number[]): void;
}

export function wasmSparseRows(exports: SparseRowsExports): SparseRowKernels {
  return {
    accumulateRows(call: AccumulateCall): number {
      const { matrix, sources, source } = call;
      const indptr = sources.indptr.view;
      const from = indptr[source] as number;
      const count = (indptr[source + 1] as number) - from;
      return exports.accumulateRows(
        at(matrix.indptr),
        at(matrix.indices),
        at(matrix.values),
        at(sources.indices) + 4 * from,
        at(sources.values) + 4 * from,
        count,
        at(call.sums),
        at(call.touched),
        at(call.marks),
        call.mark,
      );
    },

    selectLargest(call: SelectCall): number {
      const { touched, touchedCount } = call;
      const count = Math.min(call.k, touchedCount);
      requireLength(call.scratch, selectScratch(touchedCount));
      exports.selectLargest(at(call.sums), at(touched), touchedCount, count, at(call.scratch));
      return count;
    },

    scoreSparseInto(call: SparseScoreCall): void {
      const { columnCount, outOffset = 0 } = call;
      call.out.view.fill(0, outOffset, outOffset + columnCount);
      this.addSparseRows(call);
    },

    addSparseRows(call: SparseScoreCall): void {
      const { matrix, count, columnCount, rowOffset = 0, outOffset = 0 } = call;
      requireLength(call.out, outOffset + columnCount);
      requireLength(call.rowIndices, rowOffset + count);
      requireLength(call.rowWeights, rowOffset + count);
      exports.scoreSparse(
        at(matrix.indptr),
        at(matrix.indices),
        at(matrix.values),
        at(call.rowIndices) + 4 * rowOffset,
        at(call.rowWeights) + 4 * rowOffset,
        count,
        at(call.out) + 4 * outOffset,
      );
    },

    multiplySparse(call: SparseProductCall): void {
      const {
        rows,
        rowCount,
        dim,
        factorStride = dim,
        factorOffset = 0,
        outStride = dim,
        outOffset = 0,
      } = call;
      requireLength(rows.indptr, rowCount + 1);
      requireLength(call.out, outOffset + (rowCount - 1) * outStride + dim);
      const factors = at(call.factors) + 4 * factorOffset;
      const out = at(call.out) + 4 * outOffset;
      const operands = [factors, factorStride, dim, out, outStride];
      exports.multiplySparse(...pointersOf(rows), rowCount, ...operands);
    },
  };
}
