import { forEachEntry } from "../dense/scalar-loops.ts";
import type {
  AccumulateCall,
  SelectCall,
  SparseProductCall,
  SparseRowKernels,
  SparseScoreCall,
} from "./calls.ts";

function accumulateRows({ matrix, sources, source, sums, touched, marks, mark }: AccumulateCall): number {
  let touchedCount = 0;
  forEachEntry(sources.indptr.view, source, (s) => {
    const weight = sources.values.view[s] as number;
    forEachEntry(matrix.indptr.view, sources.indices.view[s] as number, (at) => {
      const column = matrix.indices.view[at] as number;
      const share = weight * (matrix.values.view[at] as number);
      if (marks.view[column] === mark) {
        sums.view[column] = (sums.view[column] as number) + share;
        return;
      }
      marks.view[column] = mark;
      sums.view[column] = share;
      touched.view[touchedCount++] = column;
    });
  });
  return touchedCount;
}

function selectLargest({ sums, touched, touchedCount, k }: SelectCall): number {
  const bySum = (a: number, b: number) => (sums.view[b] as number) - (sums.view[a] as number) || a - b;
  touched.view.subarray(0, touchedCount).sort(bySum);
  const count = Math.min(k, touchedCount);
  touched.view.subarray(0, count).sort();
  return count;
}

function scoreSparseInto(call: SparseScoreCall): void {
  const { columnCount, outOffset = 0 } = call;
  call.out.view.fill(0, outOffset, outOffset + columnCount);
  addSparseRows(call);
}

function addSparseRows(call: SparseScoreCall): void {
  const { matrix, rowIndices, rowWeights, rowOffset = 0, count, out, outOffset = 0 } = call;
  for (let s = rowOffset; s < rowOffset + count; s++) {
    const weight = rowWeights.view[s] as number;
    forEachEntry(matrix.indptr.view, rowIndices.view[s] as number, (at) => {
      const target = outOffset + (matrix.indices.view[at] as number);
      out.view[target] = (out.view[target] as number) + weight * (matrix.values.view[at] as number);
    });
  }
}

function multiplySparse(call: SparseProductCall): void {
  const { rows, rowCount, factors, dim, out, factorStride = dim, outStride = dim } = call;
  const { factorOffset = 0, outOffset = 0 } = call;
  const [indptr, indices, values] = [rows.indptr.view, rows.indices.view, rows.values.view];
  for (let row = 0; row < rowCount; row++) {
    for (let k = 0; k < dim; k++) {
      let sum = 0;
      for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) {
        sum +=
          (values[at] as number) *
          (factors.view[factorOffset + (indices[at] as number) * factorStride + k] as number);
      }
      out.view[outOffset + row * outStride + k] = sum;
    }
  }
}

/** The reference for sums over rows of a sparse matrix; sums in f64, results rounded to f32. */
export const scalarSparseRows: SparseRowKernels = {
  accumulateRows,
  selectLargest,
  scoreSparseInto,
  addSparseRows,
  multiplySparse,
};
