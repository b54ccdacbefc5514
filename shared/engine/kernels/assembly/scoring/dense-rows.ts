/** out += Σ weight · row over rows of a dense matrix whose stride is a multiple of 8 floats, four rows at a time; the caller has cleared out. */
export function addDenseRows(
  matrix: usize,
  stride: usize,
  rows: usize,
  weights: usize,
  count: usize,
  out: usize,
): void {
  const bytes = stride << 2;
  let s: usize = 0;
  for (const whole = count & ~3; s < whole; s += 4) {
    const row = rows + (s << 2);
    const q0 = matrix + (load<u32>(row) as usize) * bytes;
    const q1 = matrix + (load<u32>(row, 4) as usize) * bytes;
    const q2 = matrix + (load<u32>(row, 8) as usize) * bytes;
    const q3 = matrix + (load<u32>(row, 12) as usize) * bytes;
    const t = v128.load(weights + (s << 2));
    const t0 = v128.shuffle<f32>(t, t, 0, 0, 0, 0);
    const t1 = v128.shuffle<f32>(t, t, 1, 1, 1, 1);
    const t2 = v128.shuffle<f32>(t, t, 2, 2, 2, 2);
    const t3 = v128.shuffle<f32>(t, t, 3, 3, 3, 3);
    for (let at: usize = 0; at < bytes; at += 32) {
      let a = f32x4.relaxed_madd(t0, v128.load(q0 + at), v128.load(out + at));
      let b = f32x4.relaxed_madd(t0, v128.load(q0 + at, 16), v128.load(out + at, 16));
      a = f32x4.relaxed_madd(t1, v128.load(q1 + at), a);
      b = f32x4.relaxed_madd(t1, v128.load(q1 + at, 16), b);
      a = f32x4.relaxed_madd(t2, v128.load(q2 + at), a);
      b = f32x4.relaxed_madd(t2, v128.load(q2 + at, 16), b);
      v128.store(out + at, f32x4.relaxed_madd(t3, v128.load(q3 + at), a));
      v128.store(out + at, f32x4.relaxed_madd(t3, v128.load(q3 + at, 16), b), 16);
    }
  }
  for (; s < count; s++) {
    const row = matrix + (load<u32>(rows + (s << 2)) as usize) * bytes;
    const weight = v128.load32_splat(weights + (s << 2));
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(out + at, f32x4.relaxed_madd(weight, v128.load(row + at), v128.load(out + at)));
    }
  }
}
