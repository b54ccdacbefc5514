/** out += Σ weight · row over rows of a dense matrix whose stride is a multiple of 4 floats; the caller has cleared out. */
export function addDenseRows(
  matrix: usize,
  stride: usize,
  rows: usize,
  weights: usize,
  count: usize,
  out: usize,
): void {
  const bytes = stride << 2;
  for (let s: usize = 0; s < count; s++) {
    const row = matrix + (load<u32>(rows + (s << 2)) as usize) * bytes;
    const weight = v128.load32_splat(weights + (s << 2));
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(out + at, f32x4.relaxed_madd(weight, v128.load(row + at), v128.load(out + at)));
    }
  }
}
