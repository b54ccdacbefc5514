import type { F32Buffer } from "../memory/buffers.ts";
import {
  type DenseKernels,
  type GramCall,
  type LocalGramCall,
  PANEL_COLUMNS,
  type ProductCall,
} from "./calls.ts";
import { dot } from "./scalar-loops.ts";

function addGram({ factors, dim, fromRow, toRow, gram }: GramCall): void {
  const y = factors.view;
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      let sum = gram.view[i * dim + j] as number;
      for (let at = fromRow * dim; at < toRow * dim; at += dim) {
        sum += (y[at + i] as number) * (y[at + j] as number);
      }
      gram.view[i * dim + j] = sum;
    }
  }
}

/** Every pair of items by the users they share. */
function addLocalGram({ itemUsers, items, count, stride, gram }: LocalGramCall): void {
  const { indptr, indices, values } = itemUsers;
  const weights = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    const item = items.view[row] as number;
    weights.clear();
    for (let at = indptr.view[item] as number; at < (indptr.view[item + 1] as number); at++) {
      weights.set(indices.view[at] as number, values.view[at] as number);
    }
    for (let column = 0; column <= row; column++) {
      const other = items.view[column] as number;
      let sum = gram.view[row * stride + column] as number;
      for (let at = indptr.view[other] as number; at < (indptr.view[other + 1] as number); at++) {
        sum += (weights.get(indices.view[at] as number) ?? 0) * (values.view[at] as number);
      }
      gram.view[row * stride + column] = sum;
    }
  }
}

function solveCholesky(matrix: F32Buffer, dim: number, vector: F32Buffer): boolean {
  return solveSystem(matrix.view, dim, vector.view);
}

/** Solves A x = b in place, as `DenseKernels.solveCholesky` does. @param lower A, overwritten. @param x b on entry. */
export function solveSystem(lower: Float32Array, dim: number, x: Float32Array): boolean {
  if (!factorize(lower, dim)) return false;
  for (let i = 0; i < dim; i++) {
    x[i] = ((x[i] as number) - dot(lower, i * dim, x, 0, i)) / (lower[i * dim + i] as number);
  }
  for (let i = dim - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < dim; k++) sum -= (lower[k * dim + i] as number) * (x[k] as number);
    x[i] = sum / (lower[i * dim + i] as number);
  }
  return true;
}

function factorize(matrix: Float32Array, dim: number): boolean {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = (matrix[i * dim + j] as number) - dot(matrix, i * dim, matrix, j * dim, j);
      if (i === j && !(rest > 0)) return false;
      matrix[i * dim + j] = i === j ? Math.sqrt(rest) : rest / (matrix[j * dim + j] as number);
    }
  }
  return true;
}

function subtractProduct(call: ProductCall): void {
  const { target, targetOffset, targetStride, rowCount, left, depth, right, columnCount } = call;
  const { leftOffset = 0, rightOffset = 0 } = call;
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      const lane = column % PANEL_COLUMNS;
      const panel = rightOffset + (column - lane) * depth + lane;
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        sum +=
          (left.view[leftOffset + row * depth + k] as number) *
          (right.view[panel + k * PANEL_COLUMNS] as number);
      }
      const at = targetOffset + row * targetStride + column;
      target.view[at] = (target.view[at] as number) - sum;
    }
  }
}

/** The reference for dense symmetric matrices and products; sums in f64, results rounded to f32. */
export const scalarDense: DenseKernels = { addGram, addLocalGram, solveCholesky, subtractProduct };
