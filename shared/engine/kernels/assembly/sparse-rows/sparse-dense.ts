/**
 * out[row] = Σ value · factors[index] over the entries of each sparse row, for `dim` columns; strides in floats. A strip of 32
 * columns stays in registers while all entries of the row pass by; the last strips have 8.
 */
export function multiplySparse(
  indptr: usize,
  indices: usize,
  values: usize,
  rowCount: usize,
  factors: usize,
  factorStride: usize,
  dim: usize,
  out: usize,
  outStride: usize,
): void {
  const bytes = dim << 2;
  const stride = factorStride << 2;
  let target = out;
  for (let row: usize = 0; row < rowCount; row++) {
    const from = load<u32>(indptr + (row << 2)) as usize;
    const count = (load<u32>(indptr + (row << 2), 4) as usize) - from;
    const index = indices + (from << 2);
    const value = values + (from << 2);
    let column: usize = 0;
    for (; column + 128 <= bytes; column += 128) {
      sumWideStrip(index, value, count, factors + column, stride, target + column);
    }
    for (; column < bytes; column += 32) {
      sumStrip(index, value, count, factors + column, stride, target + column);
    }
    target += outStride << 2;
  }
}

function sumWideStrip(
  indices: usize,
  values: usize,
  count: usize,
  factors: usize,
  stride: usize,
  out: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  for (let at: usize = 0; at < count << 2; at += 4) {
    const q = factors + (load<u32>(indices + at) as usize) * stride;
    const w = v128.load32_splat(values + at);
    a0 = f32x4.relaxed_madd(w, v128.load(q), a0);
    a1 = f32x4.relaxed_madd(w, v128.load(q, 16), a1);
    a2 = f32x4.relaxed_madd(w, v128.load(q, 32), a2);
    a3 = f32x4.relaxed_madd(w, v128.load(q, 48), a3);
    a4 = f32x4.relaxed_madd(w, v128.load(q, 64), a4);
    a5 = f32x4.relaxed_madd(w, v128.load(q, 80), a5);
    a6 = f32x4.relaxed_madd(w, v128.load(q, 96), a6);
    a7 = f32x4.relaxed_madd(w, v128.load(q, 112), a7);
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(out, a4, 64);
  v128.store(out, a5, 80);
  v128.store(out, a6, 96);
  v128.store(out, a7, 112);
}

function sumStrip(
  indices: usize,
  values: usize,
  count: usize,
  factors: usize,
  stride: usize,
  out: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  for (let at: usize = 0; at < count << 2; at += 4) {
    const q = factors + (load<u32>(indices + at) as usize) * stride;
    const w = v128.load32_splat(values + at);
    a0 = f32x4.relaxed_madd(w, v128.load(q), a0);
    a1 = f32x4.relaxed_madd(w, v128.load(q, 16), a1);
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
}
