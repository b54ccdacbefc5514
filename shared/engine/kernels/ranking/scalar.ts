import { type PairFilterCall, pairFilterShift, type RankingCall, type RankingKernels } from "./calls.ts";

const MAX_DRAWS = 16;
const MAX_WARP_DRAWS = 16;

function fillPairFilter({ indptr, indices, filter }: PairFilterCall): void {
  const shift = pairFilterShift(filter.length);
  for (let user = 0; user < indptr.length - 1; user++) {
    for (let at = indptr.view[user] as number; at < (indptr.view[user + 1] as number); at++) {
      const mixed = Math.imul(user, 0x9e3779b1) ^ Math.imul(indices.view[at] as number, 0x85ebca77);
      const bit = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> shift;
      filter.view[bit >>> 5] = (filter.view[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }
}

/** Plain twin of `trainRanking`: the same draws, sums in f64. It searches without the filter, which changes no answer. */
function trainRanking(call: RankingCall): void {
  for (let sample = 0; sample < call.samples; sample++) {
    const entry = draw(call.state.view, call.indices.length);
    const user = call.entryUsers.view[entry] as number;
    const item = call.indices.view[entry] as number;
    const pair = call.isWarp ? findViolator(call, user, item) : drawPair(call, user, item);
    if (pair !== null && pair.strength > 0) push(call, user, item, pair);
  }
}

interface Pair {
  readonly other: number;
  readonly strength: number;
}

function drawPair(call: RankingCall, user: number, item: number): Pair | null {
  const other = drawOther(call, user);
  if (other < 0) return null;
  return { other, strength: 1 / (1 + Math.exp(scoreOf(call, user, item) - scoreOf(call, user, other))) };
}

function findViolator(call: RankingCall, user: number, item: number): Pair | null {
  const { itemCount } = call;
  const own = scoreOf(call, user, item);
  for (let count = 1; count <= MAX_WARP_DRAWS; count++) {
    const other = drawOther(call, user);
    if (other < 0) return null;
    if (own - scoreOf(call, user, other) >= 1) continue;
    return { other, strength: Math.log(itemCount / count) / Math.log(Math.max(2, itemCount)) };
  }
  return null;
}

function scoreOf({ users, items, dim }: RankingCall, user: number, item: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) {
    sum += (users.view[user * dim + k] as number) * (items.view[item * dim + k] as number);
  }
  return sum;
}

function push(call: RankingCall, user: number, item: number, { other, strength }: Pair): void {
  const { dim, rate, userReg, itemReg } = call;
  const [users, items] = [call.users.view, call.items.view];
  const step = rate * strength;
  for (let k = 0; k < dim; k++) {
    const u = users[user * dim + k] as number;
    const i = items[item * dim + k] as number;
    const j = items[other * dim + k] as number;
    users[user * dim + k] = u * (1 - rate * userReg) + step * (i - j);
    items[item * dim + k] = i * (1 - rate * itemReg) + step * u;
    items[other * dim + k] = j * (1 - rate * itemReg) - step * u;
  }
  users[user * dim + call.biasAt] = 1;
}

function drawOther({ state, itemCount, indptr, indices }: RankingCall, user: number): number {
  const own = indices.view.subarray(indptr.view[user], indptr.view[user + 1]);
  for (let count = 0; count < MAX_DRAWS; count++) {
    const item = draw(state.view, itemCount);
    if (!own.includes(item)) return item;
  }
  return -1;
}

/** A whole number below n, as the assembly draws it. */
export function draw(state: Uint32Array, n: number): number {
  const [first = 0, second = 0, third = 0, last = 0] = state;
  let t = first ^ (first << 11);
  t ^= t >>> 8;
  const next = (t ^ last ^ (last >>> 19)) >>> 0;
  state.set([second, third, last, next]);
  return Number((BigInt(next) * BigInt(n)) >> 32n);
}

/** The reference for learning from pairs by stochastic gradients; sums in f64, results rounded to f32. */
export const scalarRanking: RankingKernels = { fillPairFilter, trainRanking };
