import { copyPivotColumns, packGroups, packRows, storePivotRows } from "./sweep-packing";

/**
 * The block sweep of a symmetric matrix; only its upper triangle is kept. Right operands lie in panels of eight columns, each
 * panel depth × 8. Left operands lie in groups of six rows, each group depth × 6, with groups of two for the remaining rows. Six rows
 * by eight columns take twelve accumulators and three operands: all registers.
 */

const PANEL_BYTES: usize = 32;
const GROUP: usize = 6;

/**
 * Prepares the sweep of `block` rows from `pivot` on. With A the pivot's rows and −L⁻¹ in `factor` (L Lᵀ is the pivot's own block),
 * Y = L⁻¹ A goes to `panels` and `left`. R = L⁻ᵀ Y takes the place of A in the matrix. The pivot's own columns of Y are zero, so
 * that a later update passes them by. `scratch` holds block × (size + block) floats.
 */
export function sweepPivot(
  matrix: usize,
  size: usize,
  pivot: usize,
  block: usize,
  factor: usize,
  panels: usize,
  left: usize,
  scratch: usize,
): void {
  const packed = scratch + ((block * size) << 2);
  const bytes = (block * size) << 2;
  copyPivotColumns(matrix, size, pivot, block, scratch);
  packRows(factor, block, packed, false);
  memory.fill(panels, 0, bytes);
  for (let at: usize = 0; at < bytes; at += block * PANEL_BYTES) {
    multiplyLower(packed, block, scratch + at, panels + at);
  }
  packGroups(panels, size, block, left);
  packRows(factor, block, packed, true);
  memory.fill(scratch, 0, bytes);
  for (let at: usize = 0; at < bytes; at += block * PANEL_BYTES) {
    multiplyUpper(packed, block, panels + at, scratch + at);
  }
  storePivotRows(scratch, size, pivot, block, matrix);
}

/**
 * matrix −= Yᵀ Y in rows `fromRow … toRow`, from the panel of the diagonal to the right; both are ends of groups. Groups and panels
 * within the pivot's own block are left out, as Y is zero there.
 */
export function sweepRows(
  matrix: usize,
  size: usize,
  pivot: usize,
  fromRow: usize,
  toRow: usize,
  left: usize,
  panels: usize,
  depth: usize,
): void {
  const pivotEnd = pivot + depth;
  for (let row = fromRow; row < toRow; ) {
    const count: usize = row + GROUP <= toRow ? GROUP : 2;
    if (row < pivot || row + count > pivotEnd) {
      const first = row & ~7;
      subtractPanels(matrix, size, row, count, first, max<usize>(first, pivot), left, panels, depth);
      subtractPanels(matrix, size, row, count, max<usize>(first, pivotEnd), size, left, panels, depth);
    }
    row += count;
  }
}

function subtractPanels(
  matrix: usize,
  size: usize,
  row: usize,
  rowCount: usize,
  fromColumn: usize,
  toColumn: usize,
  left: usize,
  panels: usize,
  depth: usize,
): void {
  const stride = size << 2;
  const group = left + ((row * depth) << 2);
  const line = matrix + row * stride;
  let panel = panels + ((fromColumn * depth) << 2);
  for (let column = fromColumn; column < toColumn; column += 8) {
    if (rowCount === GROUP) subtractSix(line + (column << 2), stride, group, panel, depth);
    else subtractTwo(line + (column << 2), stride, group, panel, depth);
    panel += depth * PANEL_BYTES;
  }
}

/** out −= factor · panel for a lower triangular factor. */
function multiplyLower(factor: usize, block: usize, panel: usize, out: usize): void {
  let row: usize = 0;
  for (; row + GROUP <= block; row += GROUP) {
    subtractSix(out + row * PANEL_BYTES, PANEL_BYTES, factor + ((row * block) << 2), panel, row + GROUP);
  }
  for (; row < block; row += 2) {
    subtractTwo(out + row * PANEL_BYTES, PANEL_BYTES, factor + ((row * block) << 2), panel, row + 2);
  }
}

/** out −= factor · panel for an upper triangular factor. */
function multiplyUpper(factor: usize, block: usize, panel: usize, out: usize): void {
  let row: usize = 0;
  for (; row + GROUP <= block; row += GROUP) {
    const group = factor + ((row * block + row * GROUP) << 2);
    subtractSix(out + row * PANEL_BYTES, PANEL_BYTES, group, panel + row * PANEL_BYTES, block - row);
  }
  for (; row < block; row += 2) {
    const group = factor + ((row * block + row * 2) << 2);
    subtractTwo(out + row * PANEL_BYTES, PANEL_BYTES, group, panel + row * PANEL_BYTES, block - row);
  }
}

/** Where the runtime checks the bounds of each access, V8 takes an instruction more for a broadcast with an offset than for a sum. */
function subtractSix(out: usize, stride: usize, left: usize, panel: usize, depth: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let b4 = a0;
  let b5 = a0;
  let group = left;
  let right = panel;
  const end = panel + depth * PANEL_BYTES;
  while (right < end) {
    const low = v128.load(right);
    const high = v128.load(right, 16);
    let s = v128.load32_splat(group);
    a0 = f32x4.relaxed_madd(s, low, a0);
    b0 = f32x4.relaxed_madd(s, high, b0);
    s = v128.load32_splat(group + 4);
    a1 = f32x4.relaxed_madd(s, low, a1);
    b1 = f32x4.relaxed_madd(s, high, b1);
    s = v128.load32_splat(group + 8);
    a2 = f32x4.relaxed_madd(s, low, a2);
    b2 = f32x4.relaxed_madd(s, high, b2);
    s = v128.load32_splat(group + 12);
    a3 = f32x4.relaxed_madd(s, low, a3);
    b3 = f32x4.relaxed_madd(s, high, b3);
    s = v128.load32_splat(group + 16);
    a4 = f32x4.relaxed_madd(s, low, a4);
    b4 = f32x4.relaxed_madd(s, high, b4);
    s = v128.load32_splat(group + 20);
    a5 = f32x4.relaxed_madd(s, low, a5);
    b5 = f32x4.relaxed_madd(s, high, b5);
    group += 24;
    right += PANEL_BYTES;
  }
  subtractFrom(out, a0, b0);
  subtractFrom(out + stride, a1, b1);
  subtractFrom(out + 2 * stride, a2, b2);
  subtractFrom(out + 3 * stride, a3, b3);
  subtractFrom(out + 4 * stride, a4, b4);
  subtractFrom(out + 5 * stride, a5, b5);
}

function subtractTwo(out: usize, stride: usize, left: usize, panel: usize, depth: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let group = left;
  let right = panel;
  const end = panel + depth * PANEL_BYTES;
  while (right < end) {
    const low = v128.load(right);
    const high = v128.load(right, 16);
    let s = v128.load32_splat(group);
    a0 = f32x4.relaxed_madd(s, low, a0);
    b0 = f32x4.relaxed_madd(s, high, b0);
    s = v128.load32_splat(group + 4);
    a1 = f32x4.relaxed_madd(s, low, a1);
    b1 = f32x4.relaxed_madd(s, high, b1);
    group += 8;
    right += PANEL_BYTES;
  }
  subtractFrom(out, a0, b0);
  subtractFrom(out + stride, a1, b1);
}

function subtractFrom(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.sub(v128.load(target), low));
  v128.store(target, f32x4.sub(v128.load(target, 16), high), 16);
}
