import { dotFour, dotOne } from "../dense/dots";

/**
 * One pass of coordinate descent over rows w ≥ 0 of the problems ½ wᵀ G w − (p − l1)·w, every coordinate in turn. Four rows go
 * together, so that a row of G is loaded once for four. A coordinate whose G_tt is not positive stays as it is.
 * Returns the summed size of the projected gradients met, which is 0 at the optimum.
 */
export function descendNonNegative(
  rows: usize,
  rowCount: usize,
  dim: usize,
  gram: usize,
  products: usize,
  l1: f32,
): f64 {
  const bytes = dim << 2;
  const zero = f32x4.splat(0);
  let violations = zero;
  let violation: f64 = 0;
  let row: usize = 0;
  for (; row + 4 <= rowCount; row += 4) {
    const w0 = rows + row * bytes;
    const w1 = w0 + bytes;
    const w2 = w1 + bytes;
    const w3 = w2 + bytes;
    const p0 = products + row * bytes;
    for (let t: usize = 0; t < bytes; t += 4) {
      const g = gram + t * dim;
      const curvature = load<f32>(g + t);
      if (!(curvature > 0)) continue;
      const dots = dotFour(g, w0, w1, w2, w3, bytes);
      const p = f32x4(
        load<f32>(p0 + t),
        load<f32>(p0 + bytes + t),
        load<f32>(p0 + 2 * bytes + t),
        load<f32>(p0 + 3 * bytes + t),
      );
      const w = f32x4(load<f32>(w0 + t), load<f32>(w1 + t), load<f32>(w2 + t), load<f32>(w3 + t));
      const gradient = f32x4.add(f32x4.sub(dots, p), f32x4.splat(l1));
      // At the bound only a negative gradient counts.
      const projected = v128.bitselect(f32x4.pmin(zero, gradient), gradient, f32x4.eq(w, zero));
      violations = f32x4.add(violations, f32x4.abs(projected));
      const next = f32x4.max(zero, f32x4.sub(w, f32x4.div(gradient, f32x4.splat(curvature))));
      v128.store32_lane(w0 + t, next, 0);
      v128.store32_lane(w1 + t, next, 1);
      v128.store32_lane(w2 + t, next, 2);
      v128.store32_lane(w3 + t, next, 3);
    }
    violation += sumOf(violations);
    violations = zero;
  }
  for (; row < rowCount; row++) {
    const w = rows + row * bytes;
    const p = products + row * bytes;
    for (let t: usize = 0; t < bytes; t += 4) {
      const g = gram + t * dim;
      const curvature = load<f32>(g + t);
      if (!(curvature > 0)) continue;
      const gradient = dotOne(g, w, bytes) - load<f32>(p + t) + l1;
      const own = load<f32>(w + t);
      violation += abs(own === 0 ? min<f32>(0, gradient) : gradient) as f64;
      store<f32>(w + t, max<f32>(0, own - gradient / curvature));
    }
  }
  return violation;
}

function sumOf(lanes: v128): f64 {
  return (
    (f32x4.extract_lane(lanes, 0) as f64) +
    (f32x4.extract_lane(lanes, 1) as f64) +
    ((f32x4.extract_lane(lanes, 2) as f64) + (f32x4.extract_lane(lanes, 3) as f64))
  );
}
