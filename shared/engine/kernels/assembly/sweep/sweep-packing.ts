/** Copies between the layouts of a block sweep; see `sweep.ts` for panels and groups. */

import { transposeFour } from "../dense/transpose-four";

const GROUP: usize = 6;

/**
 * The pivot's columns as panels, with zeros in the pivot's own block: above the diagonal read directly, below it from the pivot's
 * rows.
 */
export function copyPivotColumns(
  matrix: usize,
  size: usize,
  pivot: usize,
  block: usize,
  panels: usize,
): void {
  const stride = size << 2;
  const panelBytes = block << 5;
  let panel = panels;
  for (let row: usize = 0; row < pivot; row += 8) {
    const from = matrix + row * stride + (pivot << 2);
    for (let k: usize = 0; k < block; k += 4) {
      transposeFour(from + (k << 2), stride, panel + (k << 5), 32);
      transposeFour(from + 4 * stride + (k << 2), stride, panel + (k << 5) + 16, 32);
    }
    panel += panelBytes;
  }
  memory.fill(panel, 0, (block * block) << 2);
  panel += (block * block) << 2;
  for (let column = pivot + block; column < size; column += 8) {
    let from = matrix + pivot * stride + (column << 2);
    for (let at: usize = 0; at < panelBytes; at += 32) {
      v128.store(panel + at, v128.load(from));
      v128.store(panel + at, v128.load(from, 16), 16);
      from += stride;
    }
    panel += panelBytes;
  }
}

/** Writes panels to where `copyPivotColumns` read; the pivot's own block stays. */
export function storePivotRows(panels: usize, size: usize, pivot: usize, block: usize, matrix: usize): void {
  const stride = size << 2;
  const panelBytes = block << 5;
  let panel = panels;
  for (let row: usize = 0; row < pivot; row += 8) {
    const to = matrix + row * stride + (pivot << 2);
    for (let k: usize = 0; k < block; k += 4) {
      transposeFour(panel + (k << 5), 32, to + (k << 2), stride);
      transposeFour(panel + (k << 5) + 16, 32, to + 4 * stride + (k << 2), stride);
    }
    panel += panelBytes;
  }
  panel += (block * block) << 2;
  for (let column = pivot + block; column < size; column += 8) {
    let to = matrix + pivot * stride + (column << 2);
    for (let at: usize = 0; at < panelBytes; at += 32) {
      v128.store(to, v128.load(panel + at));
      v128.store(to, v128.load(panel + at, 16), 16);
      to += stride;
    }
    panel += panelBytes;
  }
}

/** A square block in groups of rows, as it is or transposed. */
export function packRows(matrix: usize, size: usize, groups: usize, isTransposed: bool): void {
  const rowStep: usize = isTransposed ? 4 : size << 2;
  const step: usize = isTransposed ? size << 2 : 4;
  let to = groups;
  for (let row: usize = 0; row < size; ) {
    const count: usize = row + GROUP <= size ? GROUP : 2;
    for (let k: usize = 0; k < size; k++) {
      for (let lane: usize = 0; lane < count; lane++) {
        store<f32>(to, load<f32>(matrix + (row + lane) * rowStep + k * step));
        to += 4;
      }
    }
    row += count;
  }
}

/** The columns of panels as groups of rows. Groups begin at even columns, so pairs never straddle two panels. */
export function packGroups(panels: usize, size: usize, depth: usize, groups: usize): void {
  const panelBytes = depth << 5;
  let group = groups;
  for (let row: usize = 0; row < size; ) {
    const count: usize = row + GROUP <= size ? GROUP : 2;
    for (let pair: usize = 0; pair < count; pair += 2) {
      const column = row + pair;
      const from = panels + (column >> 3) * panelBytes + ((column & 7) << 2);
      let to = group + (pair << 2);
      for (let at: usize = 0; at < panelBytes; at += 32) {
        store<u64>(to, load<u64>(from + at));
        to += count << 2;
      }
    }
    group += (count * depth) << 2;
    row += count;
  }
}
