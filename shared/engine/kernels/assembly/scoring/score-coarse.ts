/**
 * out[r] = (Σₖ factors[r, k] · (vector[k] − 64)) · scales[r] · vectorScale + lengths[r] · slack for rows of `dim` signed bytes, a multiple
 * of 16, and a vector of whole numbers from 0 to 127. `shifts[r]` is 64 times the sum of row r. One instruction multiplies and adds
 * sixteen bytes, since the vector has no sign and seven bits. The sums are whole numbers, so they are exact in any order.
 */
export function boundCoarse(
  factors: usize,
  shifts: usize,
  scales: usize,
  lengths: usize,
  dim: usize,
  fromRow: usize,
  toRow: usize,
  vector: usize,
  vectorScale: f32,
  slack: f32,
  out: usize,
): void {
  const factor = f32x4.splat(vectorScale);
  const slacks = f32x4.splat(slack);
  let row = fromRow;
  for (; row + 4 <= toRow; row += 4) {
    const at = row << 2;
    const sums = i32x4.sub(dotFourRows(factors + row * dim, dim, vector), v128.load(shifts + at));
    const scores = f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.mul(v128.load(scales + at), factor));
    v128.store(out + at, f32x4.add(scores, f32x4.mul(v128.load(lengths + at), slacks)));
  }
  for (; row < toRow; row++) {
    const at = row << 2;
    const sum = dotOneRow(factors + row * dim, dim, vector) - load<i32>(shifts + at);
    const score = (sum as f32) * (load<f32>(scales + at) * vectorScale);
    store<f32>(out + at, score + load<f32>(lengths + at) * slack);
  }
}

function dotFourRows(row: usize, dim: usize, vector: usize): v128 {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const q1 = row + dim;
  const q2 = q1 + dim;
  const q3 = q2 + dim;
  for (let at: usize = 0; at < dim; at += 16) {
    const v = v128.load(vector + at);
    a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row + at), v, a0);
    a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(q1 + at), v, a1);
    a2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(q2 + at), v, a2);
    a3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(q3 + at), v, a3);
  }
  const s01 = i32x4.add(v128.shuffle<i32>(a0, a1, 0, 4, 1, 5), v128.shuffle<i32>(a0, a1, 2, 6, 3, 7));
  const s23 = i32x4.add(v128.shuffle<i32>(a2, a3, 0, 4, 1, 5), v128.shuffle<i32>(a2, a3, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(s01, s23, 0, 1, 4, 5), v128.shuffle<i32>(s01, s23, 2, 3, 6, 7));
}

function dotOneRow(row: usize, dim: usize, vector: usize): i32 {
  let sum = 0;
  for (let at: usize = 0; at < dim; at++) {
    sum += (load<i8>(row + at) as i32) * (load<i8>(vector + at) as i32);
  }
  return sum;
}
