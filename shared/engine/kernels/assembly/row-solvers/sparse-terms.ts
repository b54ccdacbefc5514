import { dotFour, dotOne } from "../dense/dots";

/** target = a·x + b·y. */
export function combine(target: usize, x: usize, a: f32, y: usize, b: f32, bytes: usize): void {
  const va = f32x4.splat(a);
  const vb = f32x4.splat(b);
  for (let at: usize = 0; at < bytes; at += 16) {
    const ax = f32x4.mul(va, v128.load(x + at));
    v128.store(target + at, f32x4.relaxed_madd(vb, v128.load(y + at), ax));
  }
}

/** target += Σ t q with t = c (bias + sign · q·x), four interactions at a time so that x and target are loaded once for four. */
export function addSparse(
  target: usize,
  x: usize,
  fixed: usize,
  bytes: usize,
  indices: usize,
  values: usize,
  count: usize,
  bias: f32,
  sign: f32,
): void {
  const vBias = f32x4.splat(bias);
  const vSign = f32x4.splat(sign);
  let s: usize = 0;
  for (const whole = count & ~3; s < whole; s += 4) {
    const index = indices + (s << 2);
    const q0 = fixed + (load<u32>(index) as usize) * bytes;
    const q1 = fixed + (load<u32>(index, 4) as usize) * bytes;
    const q2 = fixed + (load<u32>(index, 8) as usize) * bytes;
    const q3 = fixed + (load<u32>(index, 12) as usize) * bytes;
    const dots = dotFour(x, q0, q1, q2, q3, bytes);
    const t = f32x4.mul(v128.load(values + (s << 2)), f32x4.relaxed_madd(vSign, dots, vBias));
    const t0 = v128.shuffle<f32>(t, t, 0, 0, 0, 0);
    const t1 = v128.shuffle<f32>(t, t, 1, 1, 1, 1);
    const t2 = v128.shuffle<f32>(t, t, 2, 2, 2, 2);
    const t3 = v128.shuffle<f32>(t, t, 3, 3, 3, 3);
    for (let at: usize = 0; at < bytes; at += 32) {
      let a = f32x4.relaxed_madd(t0, v128.load(q0 + at), v128.load(target + at));
      let b = f32x4.relaxed_madd(t0, v128.load(q0 + at, 16), v128.load(target + at, 16));
      a = f32x4.relaxed_madd(t1, v128.load(q1 + at), a);
      b = f32x4.relaxed_madd(t1, v128.load(q1 + at, 16), b);
      a = f32x4.relaxed_madd(t2, v128.load(q2 + at), a);
      b = f32x4.relaxed_madd(t2, v128.load(q2 + at, 16), b);
      v128.store(target + at, f32x4.relaxed_madd(t3, v128.load(q3 + at), a));
      v128.store(target + at, f32x4.relaxed_madd(t3, v128.load(q3 + at, 16), b), 16);
    }
  }
  for (; s < count; s++) {
    const q = fixed + (load<u32>(indices + (s << 2)) as usize) * bytes;
    const t = load<f32>(values + (s << 2)) * (bias + sign * dotOne(x, q, bytes));
    combine(target, target, 1, q, t, bytes);
  }
}
