import { transposeFour } from "../dense/transpose-four";

/** Copies a dim × dim matrix into panels of eight columns, each contiguous, so that a product reads memory in order. */
export function packPanels(matrix: usize, dim: usize, panels: usize): void {
  const bytes = dim << 2;
  let target = panels;
  for (let column: usize = 0; column < bytes; column += 32) {
    let source = matrix + column;
    for (let k: usize = 0; k < dim; k++) {
      v128.store(target, v128.load(source));
      v128.store(target, v128.load(source, 16), 16);
      target += 32;
      source += bytes;
    }
  }
}

/**
 * products = rows · matrix for eight rows, the matrix being in panels. `packed` takes the rows column by column, eight floats each, so that
 * one load brings the factors of four rows: where the runtime checks the bounds of each load, loads decide the speed.
 */
export function multiplyPanels(rows: usize, panels: usize, dim: usize, products: usize, packed: usize): void {
  const bytes = dim << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    transposeFour(rows + at, bytes, packed + (at << 3), 32);
    transposeFour(rows + 4 * bytes + at, bytes, packed + (at << 3) + 16, 32);
  }
  let panel = panels;
  for (let column: usize = 0; column < bytes; column += 32) {
    multiplyTile(packed, panel, bytes, products + column);
    multiplyTile(packed + 16, panel, bytes, products + 4 * bytes + column);
    panel += bytes << 3;
  }
}

function multiplyTile(packed: usize, panels: usize, bytes: usize, out: usize): void {
  let rows = packed;
  let panel = panels;
  let target = out;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const end = panels + (bytes << 3);
  while (panel < end) {
    const left = v128.load(panel);
    const right = v128.load(panel, 16);
    const four = v128.load(rows);
    let s = v128.shuffle<f32>(four, four, 0, 0, 0, 0);
    a0 = f32x4.relaxed_madd(s, left, a0);
    b0 = f32x4.relaxed_madd(s, right, b0);
    s = v128.shuffle<f32>(four, four, 1, 1, 1, 1);
    a1 = f32x4.relaxed_madd(s, left, a1);
    b1 = f32x4.relaxed_madd(s, right, b1);
    s = v128.shuffle<f32>(four, four, 2, 2, 2, 2);
    a2 = f32x4.relaxed_madd(s, left, a2);
    b2 = f32x4.relaxed_madd(s, right, b2);
    s = v128.shuffle<f32>(four, four, 3, 3, 3, 3);
    a3 = f32x4.relaxed_madd(s, left, a3);
    b3 = f32x4.relaxed_madd(s, right, b3);
    rows += 32;
    panel += 32;
  }
  v128.store(target, a0);
  v128.store(target, b0, 16);
  target += bytes;
  v128.store(target, a1);
  v128.store(target, b1, 16);
  target += bytes;
  v128.store(target, a2);
  v128.store(target, b2, 16);
  target += bytes;
  v128.store(target, a3);
  v128.store(target, b3, 16);
}

/** Rows worked on together. */
const GROUP: usize = 8;

/** rows ← rows · matrix, in place. Scratch, in floats: the matrix in panels (dim × dim) and three groups of rows (24 × dim). */
export function multiplyRows(rows: usize, rowCount: usize, dim: usize, matrix: usize, scratch: usize): void {
  const bytes = dim << 2;
  const products = scratch + dim * bytes;
  const packed = products + GROUP * bytes;
  const last = packed + GROUP * bytes;
  packPanels(matrix, dim, scratch);
  let row: usize = 0;
  for (; row + GROUP <= rowCount; row += GROUP) {
    multiplyPanels(rows + row * bytes, scratch, dim, products, packed);
    memory.copy(rows + row * bytes, products, GROUP * bytes);
  }
  if (row === rowCount) return;
  const rest = (rowCount - row) * bytes;
  memory.fill(last, 0, GROUP * bytes);
  memory.copy(last, rows + row * bytes, rest);
  multiplyPanels(last, scratch, dim, products, packed);
  memory.copy(rows + row * bytes, products, rest);
}
