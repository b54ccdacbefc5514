/** Targets solved together: their residuals of one row fill a cache line. The host has the same constant. */
const LANES: usize = 16;
const LINE: usize = LANES << 2;

/**
 * A piece of a pass of coordinate descent, over `count` items of `order`, for sixteen targets j at once: minimises, for each j,
 *
 *   ½ |x_j − Σ_i b_i x_i|² + l2/2 |b|² + l1 |b|₁   with b_j = 0, and b ≥ 0 where `isPositive`
 *
 * Residuals are rowCount × 16, coefficients itemCount × 16; item lists (rows of the transpose) give indices and values.
 * Lane t of item `firstTarget + t` is its own coefficient and stays 0. Returns the largest change of a coefficient.
 */
export function descendElasticNet(
  indptr: usize,
  indices: usize,
  values: usize,
  order: usize,
  count: usize,
  residuals: usize,
  coefficients: usize,
  firstTarget: usize,
  l1: f32,
  l2: f32,
  isPositive: i32,
): f32 {
  const zero = f32x4.splat(0);
  const vL1 = f32x4.splat(l1);
  const low = isPositive ? zero : f32x4.splat(-Infinity);
  let largest = zero;
  for (let place: usize = 0; place < count; place++) {
    const item = load<u32>(order + (place << 2)) as usize;
    const from = (load<u32>(indptr + (item << 2)) as usize) << 2;
    const end = (load<u32>(indptr + (item << 2), 4) as usize) << 2;
    if (from === end) continue;
    let r0 = zero;
    let r1 = zero;
    let r2 = zero;
    let r3 = zero;
    let square: f32 = 0;
    for (let at = from; at < end; at += 4) {
      const line = residuals + (load<u32>(indices + at) as usize) * LINE;
      const x = load<f32>(values + at);
      const w = f32x4.splat(x);
      square += x * x;
      r0 = f32x4.relaxed_madd(w, v128.load(line), r0);
      r1 = f32x4.relaxed_madd(w, v128.load(line, 16), r1);
      r2 = f32x4.relaxed_madd(w, v128.load(line, 32), r2);
      r3 = f32x4.relaxed_madd(w, v128.load(line, 48), r3);
    }
    const b = coefficients + item * LINE;
    const own = item - firstTarget;
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const vSquare = f32x4.splat(square);
    const scale = f32x4.splat(1 / (square + l2));
    v128.store(b, shrink(f32x4.relaxed_madd(vSquare, b0, r0), vL1, scale, low));
    v128.store(b, shrink(f32x4.relaxed_madd(vSquare, b1, r1), vL1, scale, low), 16);
    v128.store(b, shrink(f32x4.relaxed_madd(vSquare, b2, r2), vL1, scale, low), 32);
    v128.store(b, shrink(f32x4.relaxed_madd(vSquare, b3, r3), vL1, scale, low), 48);
    if (own < LANES) store<f32>(b + (own << 2), 0);
    const d0 = f32x4.sub(b0, v128.load(b));
    const d1 = f32x4.sub(b1, v128.load(b, 16));
    const d2 = f32x4.sub(b2, v128.load(b, 32));
    const d3 = f32x4.sub(b3, v128.load(b, 48));
    const change = f32x4.max(
      f32x4.max(f32x4.abs(d0), f32x4.abs(d1)),
      f32x4.max(f32x4.abs(d2), f32x4.abs(d3)),
    );
    if (!v128.any_true(f32x4.gt(change, zero))) continue;
    largest = f32x4.max(largest, change);
    for (let at = from; at < end; at += 4) {
      const line = residuals + (load<u32>(indices + at) as usize) * LINE;
      const w = v128.load32_splat(values + at);
      v128.store(line, f32x4.relaxed_madd(w, d0, v128.load(line)));
      v128.store(line, f32x4.relaxed_madd(w, d1, v128.load(line, 16)), 16);
      v128.store(line, f32x4.relaxed_madd(w, d2, v128.load(line, 32)), 32);
      v128.store(line, f32x4.relaxed_madd(w, d3, v128.load(line, 48)), 48);
    }
  }
  return max<f32>(
    max<f32>(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max<f32>(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}

/** (|rho| − l1)₊ with rho's sign, scaled, and not below `low`. */
function shrink(rho: v128, l1: v128, scale: v128, low: v128): v128 {
  const size = f32x4.max(f32x4.splat(0), f32x4.sub(f32x4.abs(rho), l1));
  const sign = v128.and(rho, i32x4.splat(0x80000000));
  return f32x4.max(low, f32x4.mul(scale, v128.or(size, sign)));
}
