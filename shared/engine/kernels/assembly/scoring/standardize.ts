/** Values summed in f32 before they are added up in f64. */
const CHUNK_BYTES: usize = 4096;

/** rows[r, j] *= factors[j]. */
export function scaleColumns(rows: usize, rowCount: usize, length: usize, factors: usize): void {
  const bytes = length << 2;
  const whole = bytes & ~15;
  for (let row: usize = 0; row < rowCount; row++) {
    const target = rows + row * bytes;
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(target + at, f32x4.mul(v128.load(target + at), v128.load(factors + at)));
    }
    for (let at = whole; at < bytes; at += 4) {
      store<f32>(target + at, load<f32>(target + at) * load<f32>(factors + at));
    }
  }
}

/**
 * target[r, j] += weight · source[r, j] / σ_r, σ_r the standard deviation of row r of the source. A row whose values are all
 * alike adds nothing.
 */
export function addStandardized(
  source: usize,
  target: usize,
  rowCount: usize,
  length: usize,
  weight: f64,
): void {
  const bytes = length << 2;
  for (let row: usize = 0; row < rowCount; row++) {
    const from = source + row * bytes;
    const deviation = deviationOf(from, length);
    if (deviation > 0) addScaled(from, target + row * bytes, bytes, (weight / deviation) as f32);
  }
}

/** 0 if the deviation is only rounding. */
function deviationOf(values: usize, length: usize): f64 {
  const mean = sumOf(values, length, 0, false) / (length as f64);
  // Squares of distances to the mean in f32; the error of that mean is subtracted.
  const center = mean as f32;
  const off = mean - (center as f64);
  const variance = sumOf(values, length, center, true) / (length as f64) - off * off;
  return variance > 1e-12 * mean * mean ? Math.sqrt(variance) : 0;
}

/** Σ (value − center), or of its squares. */
function sumOf(values: usize, length: usize, center: f32, isSquared: bool): f64 {
  const bytes = length << 2;
  const whole = bytes & ~63;
  const c = f32x4.splat(center);
  let total: f64 = 0;
  let at: usize = 0;
  while (at < whole) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (const end = min<usize>(whole, at + CHUNK_BYTES); at < end; at += 64) {
      const v0 = f32x4.sub(v128.load(values + at), c);
      const v1 = f32x4.sub(v128.load(values + at, 16), c);
      const v2 = f32x4.sub(v128.load(values + at, 32), c);
      const v3 = f32x4.sub(v128.load(values + at, 48), c);
      s0 = isSquared ? f32x4.relaxed_madd(v0, v0, s0) : f32x4.add(v0, s0);
      s1 = isSquared ? f32x4.relaxed_madd(v1, v1, s1) : f32x4.add(v1, s1);
      s2 = isSquared ? f32x4.relaxed_madd(v2, v2, s2) : f32x4.add(v2, s2);
      s3 = isSquared ? f32x4.relaxed_madd(v3, v3, s3) : f32x4.add(v3, s3);
    }
    const sums = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    total += f32x4.extract_lane(sums, 0) as f64;
    total += f32x4.extract_lane(sums, 1) as f64;
    total += f32x4.extract_lane(sums, 2) as f64;
    total += f32x4.extract_lane(sums, 3) as f64;
  }
  for (; at < bytes; at += 4) {
    const v = load<f32>(values + at) - center;
    total += (isSquared ? v * v : v) as f64;
  }
  return total;
}

function addScaled(source: usize, target: usize, bytes: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  const whole = bytes & ~15;
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(target + at, f32x4.relaxed_madd(f, v128.load(source + at), v128.load(target + at)));
  }
  for (let at = whole; at < bytes; at += 4) {
    store<f32>(target + at, load<f32>(target + at) + factor * load<f32>(source + at));
  }
}
