/**
 * target −= left · right for `rowCount` rows. `right` is depth × columnCount in panels of eight columns, each panel
 * contiguous; rowCount is a multiple of 4, columnCount of 8; strides in floats.
 */
export function subtractProduct(
  target: usize,
  targetStride: usize,
  rowCount: usize,
  left: usize,
  depth: usize,
  right: usize,
  columnCount: usize,
): void {
  const stride = targetStride << 2;
  const leftStride = depth << 2;
  for (let row: usize = 0; row < rowCount; row += 4) {
    let panel = right;
    for (let column: usize = 0; column < columnCount; column += 8) {
      subtractTile(target + row * stride + (column << 2), stride, left + row * leftStride, leftStride, panel);
      panel += leftStride << 3;
    }
  }
}

function subtractTile(out: usize, stride: usize, rows: usize, leftStride: usize, right: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const r1 = rows + leftStride;
  const r2 = r1 + leftStride;
  const r3 = r2 + leftStride;
  let panel = right;
  for (let at: usize = 0; at < leftStride; at += 4) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    let s = v128.load32_splat(rows + at);
    a0 = f32x4.relaxed_madd(s, low, a0);
    b0 = f32x4.relaxed_madd(s, high, b0);
    s = v128.load32_splat(r1 + at);
    a1 = f32x4.relaxed_madd(s, low, a1);
    b1 = f32x4.relaxed_madd(s, high, b1);
    s = v128.load32_splat(r2 + at);
    a2 = f32x4.relaxed_madd(s, low, a2);
    b2 = f32x4.relaxed_madd(s, high, b2);
    s = v128.load32_splat(r3 + at);
    a3 = f32x4.relaxed_madd(s, low, a3);
    b3 = f32x4.relaxed_madd(s, high, b3);
    panel += 32;
  }
  subtractFrom(out, a0, b0);
  subtractFrom(out + stride, a1, b1);
  subtractFrom(out + 2 * stride, a2, b2);
  subtractFrom(out + 3 * stride, a3, b3);
}

function subtractFrom(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.sub(v128.load(target), low));
  v128.store(target, f32x4.sub(v128.load(target, 16), high), 16);
}
