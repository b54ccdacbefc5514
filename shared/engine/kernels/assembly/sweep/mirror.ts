import { transposeFour } from "../dense/transpose-four";

/** Side of the squares that are mirrored one after another, so that both sides of the diagonal fit in the cache. */
const SQUARE: usize = 64;

/**
 * Completes a symmetric matrix from its upper triangle and multiplies column j by factors[j]. This call does the entries
 * right of the diagonal in rows `fromRow … toRow` (multiples of 4), and their mirror images. The diagonal stays.
 */
export function mirrorScaled(matrix: usize, size: usize, fromRow: usize, toRow: usize, factors: usize): void {
  for (let left: usize = fromRow & ~(SQUARE - 1); left < size; left += SQUARE) {
    const right = min<usize>(left + SQUARE, size);
    for (let row = fromRow; row < toRow; row += 4) {
      for (let column = max<usize>(left, row); column < right; column += 4) {
        if (column === row) mirrorDiagonal(matrix, size, row, factors);
        else mirrorOne(matrix, size, row, column, factors);
      }
    }
  }
}

function mirrorOne(matrix: usize, size: usize, row: usize, column: usize, factors: usize): void {
  const stride = size << 2;
  const upper = matrix + row * stride + (column << 2);
  const lower = matrix + column * stride + (row << 2);
  transposeFour(upper, stride, lower, stride);
  scaleFour(lower, stride, v128.load(factors + (row << 2)));
  scaleFour(upper, stride, v128.load(factors + (column << 2)));
}

function scaleFour(target: usize, stride: usize, factors: v128): void {
  for (let at = target; at < target + 4 * stride; at += stride) {
    v128.store(at, f32x4.mul(v128.load(at), factors));
  }
}

function mirrorDiagonal(matrix: usize, size: usize, from: usize, factors: usize): void {
  for (let row = from; row < from + 4; row++) {
    for (let column = row + 1; column < from + 4; column++) {
      const upper = matrix + ((row * size + column) << 2);
      const value = load<f32>(upper);
      store<f32>(upper, value * load<f32>(factors + (column << 2)));
      store<f32>(matrix + ((column * size + row) << 2), value * load<f32>(factors + (row << 2)));
    }
  }
}
