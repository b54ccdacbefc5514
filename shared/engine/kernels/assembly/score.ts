import { dotFour, dotOne, sumLanes } from "./dots";

/** out[v, r] = vectors[v] · factors[r]. Four rows stay in registers and cache while all vectors pass by, two at a time. */
export function score(
  factors: usize,
  dim: usize,
  rowCount: usize,
  vectors: usize,
  vectorCount: usize,
  out: usize,
): void {
  const bytes = dim << 2;
  const outStride = rowCount << 2;
  const blockEnd = rowCount & ~3;
  for (let row: usize = 0; row < blockEnd; row += 4) {
    const q = factors + row * bytes;
    let target = out + (row << 2);
    let x = vectors;
    let left = vectorCount;
    for (; left >= 2; left -= 2) {
      scoreTile(x, x + bytes, q, bytes, target, target + outStride);
      x += bytes << 1;
      target += outStride << 1;
    }
    if (left) v128.store(target, dotFour(x, q, q + bytes, q + 2 * bytes, q + 3 * bytes, bytes));
  }
  for (let row = blockEnd; row < rowCount; row++) {
    for (let vector: usize = 0; vector < vectorCount; vector++) {
      const dot = dotOne(vectors + vector * bytes, factors + row * bytes, bytes);
      store<f32>(out + vector * outStride + (row << 2), dot);
    }
  }
}

/** Two vectors by four rows: eight accumulators, six loads for eight multiply-adds. */
function scoreTile(x: usize, y: usize, q: usize, bytes: usize, outX: usize, outY: usize): void {
  let x0 = f32x4.splat(0);
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  let y0 = x0;
  let y1 = x0;
  let y2 = x0;
  let y3 = x0;
  const q1 = q + bytes;
  const q2 = q1 + bytes;
  const q3 = q2 + bytes;
  for (let at: usize = 0; at < bytes; at += 16) {
    const vx = v128.load(x + at);
    const vy = v128.load(y + at);
    const r0 = v128.load(q + at);
    x0 = f32x4.relaxed_madd(r0, vx, x0);
    y0 = f32x4.relaxed_madd(r0, vy, y0);
    const r1 = v128.load(q1 + at);
    x1 = f32x4.relaxed_madd(r1, vx, x1);
    y1 = f32x4.relaxed_madd(r1, vy, y1);
    const r2 = v128.load(q2 + at);
    x2 = f32x4.relaxed_madd(r2, vx, x2);
    y2 = f32x4.relaxed_madd(r2, vy, y2);
    const r3 = v128.load(q3 + at);
    x3 = f32x4.relaxed_madd(r3, vx, x3);
    y3 = f32x4.relaxed_madd(r3, vy, y3);
  }
  v128.store(outX, sumLanes(x0, x1, x2, x3));
  v128.store(outY, sumLanes(y0, y1, y2, y3));
}
