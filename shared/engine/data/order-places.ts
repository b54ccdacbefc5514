/** Makes the sequences of users, and their sessions, of the rows of a dataset before repeats are merged. */
import { DEFAULT_SESSION_GAP_MINUTES } from "#contract/reading.ts";
import type { Breathe } from "./breathe.ts";
import type { Dataset } from "./dataset.ts";
import type { DatasetSequences } from "./dataset-sequences.ts";
import { NO_SESSION } from "./interaction-log.ts";
import type { GroupedRows } from "./sort-interactions.ts";

/** Places sorted between two breaths: a few milliseconds. */
const SLICE_PLACES = 32_768;
/** A session without an id ends before a longer pause, unless a project says otherwise. */
export const DEFAULT_SESSION_GAP_MS = 60_000 * DEFAULT_SESSION_GAP_MINUTES;
const MAX_SECONDS = 2 ** 32 - 1;

/**
 * Puts each user's liked rows with a time in order: by time, then by item id. A row with a session id belongs to that session of its user.
 * Of the others, one follows the one before it in a session unless the pause between them is longer than `gapMs`.
 *
 * @param rows Grouped by user, ascending by item; not changed.
 */
export async function orderPlaces(
  rows: GroupedRows,
  gapMs: number,
  breathe: Breathe,
): Promise<DatasetSequences> {
  const userCount = rows.indptr.length - 1;
  const writer = new PlaceWriter(rows, gapMs);
  const offsets = new Uint32Array(userCount + 1);
  let sinceBreath = 0;
  for (let user = 0; user < userCount; user++) {
    writer.addUser(rows.indptr[user] as number, rows.indptr[user + 1] as number);
    offsets[user + 1] = writer.length;
    sinceBreath += (rows.indptr[user + 1] as number) - (rows.indptr[user] as number) + 1;
    if (sinceBreath < SLICE_PLACES) continue;
    sinceBreath = 0;
    await breathe();
  }
  const { items, seconds, sessions, starts } = writer.finish();
  await breathe();
  const numberOf = await ranksOf(starts, breathe);
  for (let place = 0; place < sessions.length; place++) {
    sessions[place] = numberOf[sessions[place] as number] as number;
  }
  return { offsets, items, seconds, sessions, sessionCount: starts.length };
}

/**
 * A dataset of an earlier release, whose repeats are merged, with the order that its times give: one place for each pair. The same dataset
 * if it has sequences, or no times.
 */
export async function withSequences(dataset: Dataset, breathe: Breathe): Promise<Dataset> {
  const { userItems, times, sequences } = dataset;
  if (sequences || !times) return dataset;
  const { indptr, indices: other, values: weights } = userItems;
  const rows = { indptr, other, weights, times, sessions: null };
  return { ...dataset, sequences: await orderPlaces(rows, DEFAULT_SESSION_GAP_MS, breathe) };
}

class PlaceWriter {
  readonly #rows: GroupedRows & { readonly times: Float64Array };
  readonly #gapMs: number;
  readonly #items: Uint32Array;
  readonly #seconds: Uint32Array;
  readonly #sessions: Uint32Array;
  /** The second of each session's first place, users one after another. */
  readonly #starts: Uint32Array;
  #sessionCount = 0;
  length = 0;

  constructor(rows: GroupedRows, gapMs: number) {
    if (!rows.times) throw new RangeError("Sequences need times.");
    const { length } = rows.other;
    this.#rows = { ...rows, times: rows.times };
    this.#gapMs = gapMs;
    this.#items = new Uint32Array(length);
    this.#seconds = new Uint32Array(length);
    this.#sessions = new Uint32Array(length);
    this.#starts = new Uint32Array(length);
  }

  addUser(from: number, to: number): void {
    const { other, times, sessions } = this.#rows;
    const byId = new Map<number, number>();
    let open = -1;
    let last = Number.NEGATIVE_INFINITY;
    for (const row of inOrder(this.#rows, from, to)) {
      const time = times[row] as number;
      const second = Math.min(MAX_SECONDS, Math.max(0, Math.floor(time / 1000)));
      const id = sessions?.[row] ?? NO_SESSION;
      let session = id === NO_SESSION ? (time - last > this.#gapMs ? -1 : open) : (byId.get(id) ?? -1);
      if (session < 0) {
        session = this.#sessionCount++;
        this.#starts[session] = second;
        if (id !== NO_SESSION) byId.set(id, session);
      }
      if (id === NO_SESSION) {
        open = session;
        last = time;
      }
      this.#items[this.length] = other[row] as number;
      this.#seconds[this.length] = second;
      this.#sessions[this.length++] = session;
    }
  }

  finish() {
    const cut = (values: Uint32Array, length: number) =>
      values.length === length ? values : values.slice(0, length);
    return {
      items: cut(this.#items, this.length),
      seconds: cut(this.#seconds, this.length),
      sessions: cut(this.#sessions, this.length),
      starts: this.#starts.subarray(0, this.#sessionCount),
    };
  }
}

/** Rows of one user that are places, oldest first; at one time by item, then by session, so that the order of rows changes nothing. */
function inOrder(
  { weights, times, sessions, other }: GroupedRows & { readonly times: Float64Array },
  from: number,
  to: number,
): number[] {
  const kept: number[] = [];
  for (let row = from; row < to; row++) {
    if ((weights[row] as number) > 0 && !Number.isNaN(times[row])) kept.push(row);
  }
  const by = (values: Float64Array | Uint32Array | null, a: number, b: number) =>
    values === null ? 0 : (values[a] as number) - (values[b] as number);
  return kept.sort((a, b) => by(times, a, b) || by(other, a, b) || by(sessions, a, b));
}

const DIGIT = 0x1_0000;

/** The rank of each value in ascending order, equal ones in their own order: two counting sorts, by the low and the high half. */
async function ranksOf(values: Uint32Array, breathe: Breathe): Promise<Uint32Array> {
  let order = Uint32Array.from(values.keys());
  for (const digitOf of [(value: number) => value % DIGIT, (value: number) => Math.floor(value / DIGIT)]) {
    const next = new Uint32Array(DIGIT + 1);
    for (const value of values) next[digitOf(value) + 1] = (next[digitOf(value) + 1] as number) + 1;
    for (let digit = 1; digit <= DIGIT; digit++)
      next[digit] = (next[digit] as number) + (next[digit - 1] as number);
    await breathe();
    const sorted = new Uint32Array(values.length);
    for (const index of order) {
      const digit = digitOf(values[index] as number);
      sorted[next[digit] as number] = index;
      next[digit] = (next[digit] as number) + 1;
    }
    order = sorted;
    await breathe();
  }
  const ranks = new Uint32Array(values.length);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}
