/**
 * Dot products that all other kernels use. AssemblyScript: raw pointers, SIMD. All lengths are multiples of 4 floats, all strides
 * are in bytes.
 */

/** The sums of the lanes of four vectors, as one vector. */
export function sumLanes(a0: v128, a1: v128, a2: v128, a3: v128): v128 {
  const s01 = f32x4.add(v128.shuffle<f32>(a0, a1, 0, 4, 1, 5), v128.shuffle<f32>(a0, a1, 2, 6, 3, 7));
  const s23 = f32x4.add(v128.shuffle<f32>(a2, a3, 0, 4, 1, 5), v128.shuffle<f32>(a2, a3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(s01, s23, 0, 1, 4, 5), v128.shuffle<f32>(s01, s23, 2, 3, 6, 7));
}

/**
 * x · q of four rows q, whose pointers are given. Two accumulators a row hide the latency of the multiply-add. Pointers that move take
 * fewer registers than one offset for all, which matters where the runtime checks the bounds of each load.
 */
export function dotFour(x: usize, q0: usize, q1: usize, q2: usize, q3: usize, bytes: usize): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let v = x;
  let r0 = q0;
  let r1 = q1;
  let r2 = q2;
  let r3 = q3;
  const end = x + (bytes & ~31);
  while (v < end) {
    const x0 = v128.load(v);
    const x1 = v128.load(v, 16);
    a0 = f32x4.relaxed_madd(v128.load(r0), x0, a0);
    b0 = f32x4.relaxed_madd(v128.load(r0, 16), x1, b0);
    a1 = f32x4.relaxed_madd(v128.load(r1), x0, a1);
    b1 = f32x4.relaxed_madd(v128.load(r1, 16), x1, b1);
    a2 = f32x4.relaxed_madd(v128.load(r2), x0, a2);
    b2 = f32x4.relaxed_madd(v128.load(r2, 16), x1, b2);
    a3 = f32x4.relaxed_madd(v128.load(r3), x0, a3);
    b3 = f32x4.relaxed_madd(v128.load(r3, 16), x1, b3);
    v += 32;
    r0 += 32;
    r1 += 32;
    r2 += 32;
    r3 += 32;
  }
  if (bytes & 16) {
    const x0 = v128.load(v);
    a0 = f32x4.relaxed_madd(v128.load(r0), x0, a0);
    a1 = f32x4.relaxed_madd(v128.load(r1), x0, a1);
    a2 = f32x4.relaxed_madd(v128.load(r2), x0, a2);
    a3 = f32x4.relaxed_madd(v128.load(r3), x0, a3);
  }
  return sumLanes(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3));
}

/** x · y. */
export function dotOne(x: usize, y: usize, bytes: usize): f32 {
  let a = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    a = f32x4.relaxed_madd(v128.load(x + at), v128.load(y + at), a);
  }
  return sumOf(a);
}

/** The sum of four lanes. */
export function sumOf(a: v128): f32 {
  return (
    f32x4.extract_lane(a, 0) +
    f32x4.extract_lane(a, 2) +
    (f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 3))
  );
}
