/**
 * Sorts logged interactions by (user, item) with two stable counting sorts, least significant key first, and merges repeats.
 * Linear in the rows; works in slices of a few milliseconds and breathes between them.
 */

import type { Breathe } from "./breathe.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import type { DuplicateRule } from "./dataset-rules.ts";
import type { InteractionLog } from "./interaction-log.ts";

// Scattered writes cost up to 50 ns a row on a slow core: 64 K rows are about 3 ms.
const SLICE_ENTRIES = 65_536;

/** Entries grouped by a key: group g is at `[indptr[g] … indptr[g+1])`, `other` is the other key. */
export interface GroupedRows {
  readonly indptr: Uint32Array;
  readonly other: Uint32Array;
  readonly weights: Float32Array;
  readonly times: Float64Array | null;
  /** As in the log. */
  readonly sessions: Uint32Array | null;
}

/** All rows grouped by user; within a user ascending by item, repeats in the order of the log. Releases the log as it goes. */
export async function sortByUser(
  log: InteractionLog,
  userCount: number,
  itemCount: number,
  breathe: Breathe,
): Promise<GroupedRows> {
  return regroup(await groupByItem(log, itemCount, breathe), userCount, breathe);
}

async function groupByItem(log: InteractionLog, itemCount: number, breathe: Breathe): Promise<GroupedRows> {
  const indptr = new Uint32Array(itemCount + 1);
  for (let index = 0; index < log.chunkCount; index++) {
    countInto(log.chunk(index).items, indptr);
    await breathe();
  }
  accumulate(indptr);
  const grouped = newGrouped(indptr, log.length, log);
  await breathe();
  const next = indptr.slice(0, itemCount);
  for (let index = 0; index < log.chunkCount; index++) {
    const { users, items, weights, times, sessions } = log.chunk(index);
    for (let row = 0; row < items.length; row++) {
      const item = items[row] as number;
      const target = next[item] as number;
      next[item] = target + 1;
      grouped.other[target] = users[row] as number;
      grouped.weights[target] = weights[row] as number;
      if (grouped.times && times) grouped.times[target] = times[row] as number;
      if (grouped.sessions && sessions) grouped.sessions[target] = sessions[row] as number;
    }
    log.release(index);
    await breathe();
  }
  return grouped;
}

/** Groups by the other key; stable, so that entries stay ascending by the key they were grouped by. */
async function regroup(from: GroupedRows, groupCount: number, breathe: Breathe): Promise<GroupedRows> {
  const entryCount = from.other.length;
  const indptr = new Uint32Array(groupCount + 1);
  for (let start = 0; start < entryCount; start += SLICE_ENTRIES) {
    countInto(from.other.subarray(start, start + SLICE_ENTRIES), indptr);
    await breathe();
  }
  accumulate(indptr);
  const to = newGrouped(indptr, entryCount, {
    hasTimes: from.times !== null,
    hasSessions: from.sessions !== null,
  });
  await breathe();
  const next = indptr.slice(0, groupCount);
  let group = 0;
  for (let start = 0; start < entryCount; start += SLICE_ENTRIES) {
    const end = Math.min(entryCount, start + SLICE_ENTRIES);
    for (let entry = start; entry < end; entry++) {
      while (entry >= (from.indptr[group + 1] as number)) group++;
      const key = from.other[entry] as number;
      const target = next[key] as number;
      next[key] = target + 1;
      to.other[target] = group;
      to.weights[target] = from.weights[entry] as number;
      if (to.times && from.times) to.times[target] = from.times[entry] as number;
      if (to.sessions && from.sessions) to.sessions[target] = from.sessions[entry] as number;
    }
    await breathe();
  }
  return to;
}

/**
 * Merges repeats of a pair by a rule; the newest time is kept (NaN only if all are). The order of repeats in the file has no
 * effect, except for `last` without times. Works in place; `sorted` cannot be used afterwards.
 */
export async function mergeRepeats(
  sorted: GroupedRows,
  columnCount: number,
  rule: DuplicateRule,
  breathe: Breathe,
): Promise<{ userItems: CsrMatrix; times: Float64Array | null }> {
  const { other, weights, times } = sorted;
  const rowCount = sorted.indptr.length - 1;
  const indptr = new Uint32Array(rowCount + 1);
  let out = 0;
  let sinceBreath = 0;
  for (let row = 0; row < rowCount; row++) {
    const end = sorted.indptr[row + 1] as number;
    let entry = sorted.indptr[row] as number;
    sinceBreath += end - entry + 1;
    while (entry < end) {
      entry = mergeRun(sorted, rule, entry, end, out);
      out++;
    }
    indptr[row + 1] = out;
    if (sinceBreath >= SLICE_ENTRIES) {
      sinceBreath = 0;
      await breathe();
    }
  }
  const isExact = out === other.length;
  return {
    userItems: {
      rowCount,
      columnCount,
      indptr,
      indices: isExact ? other : other.slice(0, out),
      values: isExact ? weights : weights.slice(0, out),
    },
    times: isExact ? times : (times?.slice(0, out) ?? null),
  };
}

/** Merges the run of equal items that starts at `entry` into position `out`, and returns where the next run starts. */
function mergeRun(sorted: GroupedRows, rule: DuplicateRule, entry: number, end: number, out: number): number {
  const { other, weights, times } = sorted;
  const item = other[entry] as number;
  let next = entry + 1;
  while (next < end && other[next] === item) next++;
  const isSingle = next === entry + 1;
  const weight = isSingle ? (weights[entry] as number) : mergedWeight(sorted, rule, entry, next);
  if (times) times[out] = isSingle ? (times[entry] as number) : newestOf(times, entry, next);
  other[out] = item;
  // A sum past the largest float32 stays finite, as values must be.
  weights[out] = Math.max(-MAX_FLOAT32, Math.min(weight, MAX_FLOAT32));
  return next;
}

function mergedWeight(
  { weights, times }: GroupedRows,
  rule: DuplicateRule,
  from: number,
  to: number,
): number {
  if (rule === "last") return lastWeight(weights, times, from, to);
  const repeats = weights.subarray(from, to);
  if (rule !== "sum") return repeats.reduce((largest, weight) => Math.max(largest, weight));
  // Sums of three and more round differently in another order.
  if (repeats.length > 2) repeats.sort();
  return repeats.reduce((sum, weight) => sum + weight, 0);
}

/** The weight of the newest repeat, among equally new ones the largest; an unknown time is older than any. */
function lastWeight(weights: Float32Array, times: Float64Array | null, from: number, to: number): number {
  if (!times) return weights[to - 1] as number;
  let last = from;
  for (let at = from + 1; at < to; at++) {
    const [time, newest] = [ageable(times[at] as number), ageable(times[last] as number)];
    const isLarger = (weights[at] as number) > (weights[last] as number);
    if (time > newest || (time === newest && isLarger)) last = at;
  }
  return weights[last] as number;
}

const ageable = (time: number) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time);

function newestOf(times: Float64Array, from: number, to: number): number {
  let newest = Number.NaN;
  for (let at = from; at < to; at++) {
    const time = times[at] as number;
    if (!(time <= newest) && !Number.isNaN(time)) newest = time;
  }
  return newest;
}

const MAX_FLOAT32 = 3.4028234663852886e38;

function newGrouped(
  indptr: Uint32Array,
  entryCount: number,
  { hasTimes, hasSessions }: Pick<InteractionLog, "hasTimes" | "hasSessions">,
): GroupedRows {
  return {
    indptr,
    other: new Uint32Array(entryCount),
    weights: new Float32Array(entryCount),
    times: hasTimes ? new Float64Array(entryCount) : null,
    sessions: hasSessions ? new Uint32Array(entryCount) : null,
  };
}

/** Counts each key into `indptr[key + 1]`. */
function countInto(keys: Uint32Array, indptr: Uint32Array): void {
  for (let entry = 0; entry < keys.length; entry++) {
    const slot = (keys[entry] as number) + 1;
    indptr[slot] = (indptr[slot] as number) + 1;
  }
}

function accumulate(indptr: Uint32Array): void {
  for (let slot = 1; slot < indptr.length; slot++) {
    indptr[slot] = (indptr[slot] as number) + (indptr[slot - 1] as number);
  }
}
