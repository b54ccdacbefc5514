import { dotOne, sumLanes } from "../dense/dots";

const LINE_BYTES: usize = 64;
/** Keeps the compiler from dropping loads whose values nobody needs. */
const SINK: usize = memory.data(4);

/**
 * out[v, r] = vectors[v] · factors[r]. Four rows stay in registers and cache while all vectors pass by, two at a time. A single
 * vector takes four rows at a time, too. Every path sums in the same order, so a score does not depend on the other rows and
 * vectors of the call. Several vectors: while rows are worked on, the next four are fetched, as a large matrix does not stay in
 * the cache between calls.
 */
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
  const pairs = vectorCount & ~1;
  const blockEnd = rowCount & ~3;
  const end = factors + rowCount * bytes;
  const tileBytes = bytes << 2;
  // Shares of the next four rows, so that no pair of vectors waits for all of them.
  const aheadBytes = ((tileBytes << 1) / max<usize>(pairs, 2) + LINE_BYTES - 1) & ~(LINE_BYTES - 1);
  let fetched: u32 = 0;
  for (let row: usize = 0; row < blockEnd && pairs > 0; row += 4) {
    const q = factors + row * bytes;
    let target = out + (row << 2);
    let x = vectors;
    let ahead = q + tileBytes;
    for (let vector: usize = 0; vector < pairs; vector += 2) {
      const share = min<usize>(ahead + aheadBytes, end);
      fetched |= fetch(ahead, share);
      ahead = share;
      scoreTile(x, x + bytes, q, bytes, target, target + outStride);
      x += bytes << 1;
      target += outStride << 1;
    }
  }
  store<u32>(SINK, fetched);
  for (let row = blockEnd; row < rowCount; row++) {
    for (let vector: usize = 0; vector < pairs; vector++) {
      const dot = dotOne(vectors + vector * bytes, factors + row * bytes, bytes);
      store<f32>(out + vector * outStride + (row << 2), dot);
    }
  }
  if (pairs < vectorCount) {
    scoreOne(factors, bytes, rowCount, vectors + pairs * bytes, out + pairs * outStride);
  }
}

/** Reads a word of each cache line. */
function fetch(from: usize, to: usize): u32 {
  let words: u32 = 0;
  for (let at = from; at < to; at += LINE_BYTES) words |= load<u32>(at);
  return words;
}

function scoreOne(factors: usize, bytes: usize, rowCount: usize, x: usize, out: usize): void {
  const blockEnd = rowCount & ~3;
  for (let row: usize = 0; row < blockEnd; row += 4) {
    scoreFourRows(x, factors + row * bytes, bytes, out + (row << 2));
  }
  for (let row = blockEnd; row < rowCount; row++) {
    store<f32>(out + (row << 2), dotOne(x, factors + row * bytes, bytes));
  }
}

/**
 * One vector by four rows. Eight rows would hide more of the multiply-add's latency, but a large catalogue waits for memory.
 * Measured, reading four rows at once has full speed, eight are a fifth slower.
 */
function scoreFourRows(x: usize, q0: usize, bytes: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const q1 = q0 + bytes;
  const q2 = q1 + bytes;
  const q3 = q2 + bytes;
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(x + at);
    a0 = f32x4.relaxed_madd(v128.load(q0 + at), v, a0);
    a1 = f32x4.relaxed_madd(v128.load(q1 + at), v, a1);
    a2 = f32x4.relaxed_madd(v128.load(q2 + at), v, a2);
    a3 = f32x4.relaxed_madd(v128.load(q3 + at), v, a3);
  }
  v128.store(out, sumLanes(a0, a1, a2, a3));
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
