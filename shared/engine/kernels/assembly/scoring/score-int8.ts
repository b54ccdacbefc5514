/**
 * out[v, r] = (vectors[v] · factors[r]) · vectorScales[v] · scales[r] for rows of `dim` signed bytes, a multiple of 8, and vectors of as
 * many 16-bit integers. The sums are integers, so they are exact in any order: the caller keeps them below 2³¹. Four rows stay in
 * the cache while all vectors pass by, two at a time.
 */
export function scoreInt8(
  factors: usize,
  scales: usize,
  dim: usize,
  rowCount: usize,
  vectors: usize,
  vectorScales: usize,
  vectorCount: usize,
  out: usize,
): void {
  const blockEnd = rowCount & ~3;
  const pairs = vectorCount & ~1;
  const outStride = rowCount << 2;
  for (let row: usize = 0; row < blockEnd; row += 4) {
    const q = factors + row * dim;
    const scale = v128.load(scales + (row << 2));
    let target = out + (row << 2);
    for (let vector: usize = 0; vector < pairs; vector += 2) {
      scorePair(
        q,
        dim,
        vectors + ((vector * dim) << 1),
        scale,
        vectorScales + (vector << 2),
        target,
        outStride,
      );
      target += outStride << 1;
    }
    if (pairs < vectorCount) {
      const factor = v128.load32_splat(vectorScales + (pairs << 2));
      const sums = f32x4.convert_i32x4_s(dotFourRows(q, dim, vectors + ((pairs * dim) << 1)));
      v128.store(target, f32x4.mul(sums, f32x4.mul(scale, factor)));
    }
  }
  for (let row = blockEnd; row < rowCount; row++) {
    for (let vector: usize = 0; vector < vectorCount; vector++) {
      const scale = load<f32>(scales + (row << 2)) * load<f32>(vectorScales + (vector << 2));
      const sum = dotOneRow(factors + row * dim, dim, vectors + ((vector * dim) << 1));
      store<f32>(out + vector * outStride + (row << 2), (sum as f32) * scale);
    }
  }
}

/** Four rows by two vectors: each widened value is used twice. */
function scorePair(
  row: usize,
  dim: usize,
  vectors: usize,
  scale: v128,
  vectorScales: usize,
  out: usize,
  outStride: usize,
): void {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let x = vectors;
  let y = vectors + (dim << 1);
  const q1 = row + dim;
  const q2 = q1 + dim;
  const q3 = q2 + dim;
  for (let at: usize = 0; at < dim; at += 8) {
    const vx = v128.load(x);
    const vy = v128.load(y);
    let q = v128.load8x8_s(row + at);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q, vx));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(q, vy));
    q = v128.load8x8_s(q1 + at);
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q, vx));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(q, vy));
    q = v128.load8x8_s(q2 + at);
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(q, vx));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(q, vy));
    q = v128.load8x8_s(q3 + at);
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(q, vx));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(q, vy));
    x += 16;
    y += 16;
  }
  const sumsX = f32x4.convert_i32x4_s(sumLanes(a0, a1, a2, a3));
  const sumsY = f32x4.convert_i32x4_s(sumLanes(b0, b1, b2, b3));
  v128.store(out, f32x4.mul(sumsX, f32x4.mul(scale, v128.load32_splat(vectorScales))));
  v128.store(out + outStride, f32x4.mul(sumsY, f32x4.mul(scale, v128.load32_splat(vectorScales, 4))));
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
  return sumLanes(a0, a1, a2, a3);
}

/** The sums of the lanes of four vectors, as one vector. */
function sumLanes(a0: v128, a1: v128, a2: v128, a3: v128): v128 {
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
