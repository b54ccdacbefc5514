import type { F32Buffer } from "../memory/buffers.ts";
import { at, pointersOf, requireLength } from "../memory/wasm-buffer.ts";
import type { DenseKernels, GramCall, LocalGramCall, ProductCall } from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface DenseExports {
  addGram(rows: number, dim: number, rowCount: number, gram: number): void;
  addLocalGram(...args: number[]): void;
  solveCholesky(matrix: number, dim: number, vector: number): number;
  subtractProduct(...args: number[]): void;
}

export function wasmDense(exports: DenseExports): DenseKernels {
  return {
    addGram(call: GramCall): void {
      const { dim, fromRow, toRow } = call;
      requireLength(call.factors, toRow * dim);
      requireLength(call.gram, dim * dim);
      exports.addGram(at(call.factors) + 4 * fromRow * dim, dim, toRow - fromRow, at(call.gram));
    },

    addLocalGram(call: LocalGramCall): void {
      const { count, stride, items, gram } = call;
      const starts = call.itemUsers.indptr.view;
      let entryCount = 0;
      for (const item of items.view.subarray(0, count)) {
        entryCount += (starts[item + 1] as number) - (starts[item] as number);
      }
      requireLength(items, count);
      requireLength(gram, (count - 1) * stride + count);
      requireLength(call.entries, 2 * entryCount);
      const scratch = [call.users, call.touched, call.entries].map(at);
      exports.addLocalGram(...pointersOf(call.itemUsers), at(items), count, stride, ...scratch, at(gram));
    },

    solveCholesky(matrix: F32Buffer, dim: number, vector: F32Buffer): boolean {
      requireLength(matrix, dim * dim);
      requireLength(vector, dim);
      return exports.solveCholesky(at(matrix), dim, at(vector)) === 1;
    },

    subtractProduct(call: ProductCall): void {
      const { targetOffset, targetStride, rowCount, depth, columnCount } = call;
      const { leftOffset = 0, rightOffset = 0 } = call;
      requireLength(call.target, targetOffset + (rowCount - 1) * targetStride + columnCount);
      requireLength(call.left, leftOffset + rowCount * depth);
      requireLength(call.right, rightOffset + depth * columnCount);
      const target = at(call.target) + 4 * targetOffset;
      const [left, right] = [at(call.left) + 4 * leftOffset, at(call.right) + 4 * rightOffset];
      exports.subtractProduct(target, targetStride, rowCount, left, depth, right, columnCount);
    },
  };
}
