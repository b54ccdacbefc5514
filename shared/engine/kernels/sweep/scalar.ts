import { PANEL_COLUMNS } from "../dense/calls.ts";
import type { MirrorCall, PivotCall, SweepKernels, SweepRowsCall, TailsCall } from "./calls.ts";

function addTails({ matrix, cursors, rowIndices, rowWeights, count, out, outOffset }: TailsCall): void {
  for (let s = 0; s < count; s++) {
    const row = rowIndices.view[s] as number;
    const weight = rowWeights.view[s] as number;
    const from = cursors.view[row] as number;
    cursors.view[row] = from + 1;
    for (let at = from; at < (matrix.indptr.view[row + 1] as number); at++) {
      const target = outOffset + (matrix.indices.view[at] as number);
      out.view[target] =
        (out.view[target] as number) + weight * (matrix.values ? (matrix.values.view[at] as number) : 1);
    }
  }
}

/** Here `left` is unchanged: one layout of Y is enough. */
function sweepPivot({ matrix, size, pivot, block, factor, panels }: PivotCall): void {
  const values = matrix.view;
  const lower = factor.view;
  const before = new Float64Array(block);
  for (let column = 0; column < size; column++) {
    const isOwn = column >= pivot && column < pivot + block;
    // Above the diagonal an entry of the pivot's rows is found in its columns.
    const placeOf = (k: number) => (column < pivot ? column * size + pivot + k : (pivot + k) * size + column);
    for (let k = 0; k < block; k++) before[k] = isOwn ? 0 : (values[placeOf(k)] as number);
    const panel = panelOf(column, block);
    for (let row = 0; row < block; row++) {
      let sum = 0;
      for (let k = 0; k <= row; k++) sum -= (lower[row * block + k] as number) * (before[k] as number);
      panels.view[panel + row * PANEL_COLUMNS] = sum;
    }
    for (let row = 0; row < block && !isOwn; row++) {
      let sum = 0;
      for (let k = row; k < block; k++) {
        sum -= (lower[k * block + row] as number) * (panels.view[panel + k * PANEL_COLUMNS] as number);
      }
      values[placeOf(row)] = sum;
    }
  }
}

function sweepRows({ matrix, size, fromRow, toRow, panels, block }: SweepRowsCall): void {
  const y = panels.view;
  for (let row = fromRow; row < toRow; row++) {
    for (let column = row; column < size; column++) {
      const left = panelOf(row, block);
      const right = panelOf(column, block);
      let sum = 0;
      for (let k = 0; k < block * PANEL_COLUMNS; k += PANEL_COLUMNS) {
        sum += (y[left + k] as number) * (y[right + k] as number);
      }
      const at = row * size + column;
      matrix.view[at] = (matrix.view[at] as number) - sum;
    }
  }
}

function mirrorScaled({ matrix, size, fromRow, toRow, factors }: MirrorCall): void {
  for (let row = fromRow; row < toRow; row++) {
    for (let column = row + 1; column < size; column++) {
      const value = matrix.view[row * size + column] as number;
      matrix.view[row * size + column] = value * (factors.view[column] as number);
      matrix.view[column * size + row] = value * (factors.view[row] as number);
    }
  }
}

/** Where a column begins in panels of a depth. */
function panelOf(column: number, depth: number): number {
  const lane = column % PANEL_COLUMNS;
  return (column - lane) * depth + lane;
}

/** The reference for building and inverting a dense Gram matrix; sums in f64, results rounded to f32. */
export const scalarSweep: SweepKernels = { addTails, sweepPivot, sweepRows, mirrorScaled };
