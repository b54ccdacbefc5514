import { overRows, type Steps } from "../../in-steps.ts";
import type { FitInput } from "../fit/algorithm.ts";

/** Each user's interactions in the order of their times, oldest first; at the same time, in the order of items. */
export interface UserSequences {
  /** Of user u, the places indptr[u] … ends[u]: entries of the user-items matrix. What has no time is left out. */
  readonly entries: Uint32Array;
  readonly ends: Uint32Array;
  /** For each entry of the item-users matrix its place in `entries`; `NOWHERE` without a time. */
  readonly places: Uint32Array;
  /** By entry of the user-items matrix. */
  readonly ages: Float32Array;
}

export const NOWHERE = 0xffff_ffff;

/** Entries sorted in one step: about 5 ms. */
const ENTRIES_PER_STEP = 10_000;

/** @param ages Days before the newest interaction, NaN where unknown. */
export function* orderByTime({ userItems, itemUsers }: FitInput, ages: Float32Array): Steps<UserSequences> {
  const { indptr, indices, rowCount } = userItems;
  const entries = new Uint32Array(indices.length);
  const ends = new Uint32Array(rowCount);
  const places = new Uint32Array(indices.length);
  // Users rise within a row of the transpose, so each item's next place is the next user's.
  const cursors = itemUsers.indptr.slice(0, itemUsers.rowCount);
  yield* overRows(
    userItems,
    (fromUser, toUser) => {
      for (let user = fromUser; user < toUser; user++) {
        const from = indptr[user] as number;
        const to = indptr[user + 1] as number;
        const ordered = entriesByTime(from, to, ages);
        entries.set(ordered, from);
        ends[user] = from + ordered.length;
        const own = new Uint32Array(to - from).fill(NOWHERE);
        for (const [at, entry] of ordered.entries()) own[entry - from] = from + at;
        for (let entry = from; entry < to; entry++) {
          const item = indices[entry] as number;
          places[cursors[item] as number] = own[entry - from] as number;
          cursors[item] = (cursors[item] as number) + 1;
        }
      }
    },
    ENTRIES_PER_STEP,
  );
  return { entries, ends, places, ages };
}

function entriesByTime(from: number, to: number, ages: Float32Array): number[] {
  const known: number[] = [];
  for (let entry = from; entry < to; entry++) if (!Number.isNaN(ages[entry])) known.push(entry);
  return known.sort((a, b) => descending(ages[a] as number, ages[b] as number) || a - b);
}

/** Not by their difference: that of two infinite ages is no number. */
const descending = (a: number, b: number): number => Number(b > a) - Number(a > b);
