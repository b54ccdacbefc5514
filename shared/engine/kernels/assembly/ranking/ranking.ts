import { dotOne } from "../dense/dots";
import { draw, drawOther } from "./draws";

/** Draws that WARP takes to find an item that ranks too high. */
const MAX_WARP_DRAWS = 16;

/** Samples of BPR that are drawn together, so that their rows are fetched together. */
const BATCH: i32 = 16;
/** Bytes of the pointers to a user, an item that they have and one that they have not; 0 for none. */
const TRIPLE: usize = 12;
const triples = memory.data(16 * 12, 16);
const touched = memory.data(16, 16);

/**
 * Stochastic gradient steps on pairs of an item i that a user has and an item j that they do not have. The pair's margin
 * x = u·(i − j) is pushed up, with regularisation:
 *
 *  - BPR: by the gradient of ln σ(x), for a j drawn evenly
 *  - WARP: by 1 · ln(itemCount / draws) / ln(itemCount), for the first j drawn with x < 1
 *
 * The last coordinate `biasAt` of user vectors stays 1, so that of item vectors is their bias. `state` holds the four words of
 * the generator and is advanced.
 */
export function trainRanking(
  users: usize,
  items: usize,
  dim: usize,
  biasAt: usize,
  indptr: usize,
  indices: usize,
  entryUsers: usize,
  entryCount: u32,
  itemCount: u32,
  samples: i32,
  rate: f32,
  userReg: f32,
  itemReg: f32,
  isWarp: i32,
  state: usize,
  filter: usize,
  filterShift: u32,
): void {
  const bytes = dim << 2;
  const keepUser: f32 = 1 - rate * userReg;
  const keepItem: f32 = 1 - rate * itemReg;
  const rankScale: f32 = 1 / NativeMathf.log(max<f32>(2, itemCount as f32));
  for (let done = 0; done < samples; ) {
    // WARP's draws depend on the scores, and so on the step before.
    const count = isWarp ? 1 : min<i32>(BATCH, samples - done);
    for (let at: usize = 0; at < (count as usize) * TRIPLE; at += TRIPLE) {
      const entry = (draw(state, entryCount) as usize) << 2;
      const userIndex = load<u32>(entryUsers + entry) as usize;
      const row = indptr + (userIndex << 2);
      const from = indices + ((load<u32>(row) as usize) << 2);
      const to = indices + ((load<u32>(row, 4) as usize) << 2);
      const u = users + userIndex * bytes;
      const i = items + (load<u32>(indices + entry) as usize) * bytes;
      if (isWarp) {
        const own = dotOne(u, i, bytes);
        for (let tries = 1; tries <= MAX_WARP_DRAWS; tries++) {
          const other = drawOther(state, itemCount, from, to, filter, filterShift, userIndex as u32);
          if (other < 0) break;
          const j = items + (other as usize) * bytes;
          if (own - dotOne(u, j, bytes) >= 1) continue;
          const strength = NativeMathf.log((itemCount as f32) / (tries as f32)) * rankScale;
          if (strength > 0) {
            step(u, i, j, bytes, rate * strength, keepUser, keepItem);
            store<f32>(u + (biasAt << 2), 1);
          }
          break;
        }
        continue;
      }
      const other = drawOther(state, itemCount, from, to, filter, filterShift, userIndex as u32);
      store<usize>(triples + at, u);
      store<usize>(triples + at, i, 4);
      store<usize>(triples + at, other < 0 ? 0 : items + (other as usize) * bytes, 8);
    }
    if (!isWarp) stepBatch(count, bytes, biasAt, rate, keepUser, keepItem);
    done += count;
  }
}

/** BPR's steps on the drawn triples, in their order. */
function stepBatch(count: i32, bytes: usize, biasAt: usize, rate: f32, keepUser: f32, keepItem: f32): void {
  const end = triples + (count as usize) * TRIPLE;
  let sum = v128.load(touched);
  for (let at = triples; at < end; at += 4) {
    const row = load<usize>(at);
    // Rows are multiples of 32 bytes: the number of cache lines of 64 bytes that they can touch.
    for (let line: usize = 0; line < bytes; line += 64) sum = v128.or(sum, v128.load(row + line));
    sum = v128.or(sum, v128.load(row + bytes - 16));
  }
  // Kept, so that the compiler does not remove the reads.
  v128.store(touched, sum);
  for (let at = triples; at < end; at += TRIPLE) {
    const u = load<usize>(at);
    const i = load<usize>(at, 4);
    const j = load<usize>(at, 8);
    if (j === 0) continue;
    const strength: f32 = 1 / (1 + NativeMathf.exp(marginOf(u, i, j, bytes)));
    if (!(strength > 0)) continue;
    step(u, i, j, bytes, rate * strength, keepUser, keepItem);
    store<f32>(u + (biasAt << 2), 1);
  }
}

/** u·(i − j), in four independent sums. */
function marginOf(u: usize, i: usize, j: usize, bytes: usize): f32 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let at: usize = 0; at < bytes; at += 32) {
    const left = v128.load(u + at);
    const right = v128.load(u + at, 16);
    a = f32x4.relaxed_madd(left, v128.load(i + at), a);
    b = f32x4.relaxed_madd(left, v128.load(j + at), b);
    c = f32x4.relaxed_madd(right, v128.load(i + at, 16), c);
    d = f32x4.relaxed_madd(right, v128.load(j + at, 16), d);
  }
  const sum = f32x4.sub(f32x4.add(a, c), f32x4.add(b, d));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 2) +
    (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3))
  );
}

function step(u: usize, i: usize, j: usize, bytes: usize, rate: f32, keepUser: f32, keepItem: f32): void {
  const vRate = f32x4.splat(rate);
  const vUser = f32x4.splat(keepUser);
  const vItem = f32x4.splat(keepItem);
  for (let at: usize = 0; at < bytes; at += 16) {
    const vu = v128.load(u + at);
    const vi = v128.load(i + at);
    const vj = v128.load(j + at);
    const push = f32x4.mul(vRate, vu);
    v128.store(u + at, f32x4.relaxed_madd(vRate, f32x4.sub(vi, vj), f32x4.mul(vUser, vu)));
    v128.store(i + at, f32x4.relaxed_madd(vItem, vi, push));
    v128.store(j + at, f32x4.sub(f32x4.mul(vItem, vj), push));
  }
}
