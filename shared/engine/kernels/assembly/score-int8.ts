/**
 * out[r] = (vector · factors[r]) · vectorScale · scales[r] for rows of `dim` signed bytes, a multiple of 8, and a vector of as many
 * 16-bit integers. The sums are integers, so they are exact in any order: the caller keeps them below 2³¹.
 */
export function scoreInt8(
  factors: usize,
  scales: usize,
  dim: usize,
  rowCount: usize,
  vector: usize,
  vectorScale: f32,
  out: usize,
): void {
  const factor = f32x4.splat(vectorScale);
  const blockEnd = rowCount & ~3;
  for (let row: usize = 0; row < blockEnd; row += 4) {
    const sums = f32x4.convert_i32x4_s(dotFourRows(factors + row * dim, dim, vector));
    const scale = f32x4.mul(v128.load(scales + (row << 2)), factor);
    v128.store(out + (row << 2), f32x4.mul(sums, scale));
  }
  for (let row = blockEnd; row < rowCount; row++) {
    const scale = load<f32>(scales + (row << 2)) * vectorScale;
    store<f32>(out + (row << 2), (dotOneRow(factors + row * dim, dim, vector) as f32) * scale);
  }
}

function dotFourRows(row: usize, dim: usize, vector: usize): v128 {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let x = vector;
  const q1 = row + dim;
  const q2 = q1 + dim;
  const q3 = q2 + dim;
  for (let at: usize = 0; at < dim; at += 8) {
    const v = v128.load(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load8x8_s(row + at), v));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load8x8_s(q1 + at), v));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v128.load8x8_s(q2 + at), v));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v128.load8x8_s(q3 + at), v));
    x += 16;
  }
  const s01 = i32x4.add(v128.shuffle<i32>(a0, a1, 0, 4, 1, 5), v128.shuffle<i32>(a0, a1, 2, 6, 3, 7));
  const s23 = i32x4.add(v128.shuffle<i32>(a2, a3, 0, 4, 1, 5), v128.shuffle<i32>(a2, a3, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(s01, s23, 0, 1, 4, 5), v128.shuffle<i32>(s01, s23, 2, 3, 6, 7));
}

function dotOneRow(row: usize, dim: usize, vector: usize): i32 {
  let sum = 0;
  for (let at: usize = 0; at < dim; at++) {
    sum += (load<i8>(row + at) as i32) * (load<i16>(vector + (at << 1)) as i32);
  }
  return sum;
}
