/**
 * Parts of sequences to fit on and to measure on, by requests with one next item each.
 *
 *  next-item  the item `back` places from the end of each row is the target; what stands before it is known
 *  sessions   every prefix of a row is a request; the item after it is the target
 */

import type { SequenceData } from "../data/build/build-sequences.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { matrixOf, type Queries } from "../data/queries.ts";
import type { Sequences } from "../data/sequences.ts";
import { EngineError } from "../engine-error.ts";

/** Rows × items. */
export interface SequencePart {
  readonly sequences: Sequences;
  readonly userItems: CsrMatrix;
}

/** Requests, and the next item of each: one entry in each row of `heldout`. */
export interface QueryPart {
  readonly queries: Queries;
  readonly heldout: CsrMatrix;
  /** Requests whose next item is unknown to the fit: relevant, and never found. */
  readonly unknownHeldout: Uint32Array;
}

export const SEQUENCE_SCHEMES = ["next-item", "sessions"] as const;
export type SequenceScheme = (typeof SEQUENCE_SCHEMES)[number];

/** A row needs that many items to be measured: one known, one to validate on, one to test on. */
const FEWEST_ITEMS = 3;

/** The rows without their last `back` items; rows of fewer than three stay whole, for they are not measured. */
export function withoutLast({ offsets, places, days, items }: SequenceData, back: number): SequencePart {
  const length = (row: number) => (offsets[row + 1] as number) - (offsets[row] as number);
  const kept = (row: number) => (length(row) < FEWEST_ITEMS ? length(row) : length(row) - back);
  return partOf({ offsets, places, days }, items.size, kept, false);
}

/** For each row, its item `back` places from the end as the target of a request that knows what stands before. */
export function lastItems({ offsets, places, days, items }: SequenceData, back: number): QueryPart {
  const log = new QueryLog(items.size, days !== null);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const from = offsets[row] as number;
    const to = offsets[row + 1] as number;
    if (to - from >= FEWEST_ITEMS) log.add(places, days, from, to - back);
  }
  return log.finish(false);
}

/** The first rows, as many as `share` of them; they are in the order of time. */
export function firstRows({ offsets, places, days, items }: SequenceData, share: number): SequencePart {
  const end = Math.floor(share * (offsets.length - 1));
  const first = { offsets: offsets.subarray(0, end + 1), places, days };
  const kept = (row: number) => (offsets[row + 1] as number) - (offsets[row] as number);
  return partOf(first, items.size, kept, true);
}

/**
 * Every prefix of the rows from `firstRow` on. Items without a known index are left out of what requests know.
 * @param known         The index of an item; −1 for one that no fit knows.
 * @param countsUnknown Whether an unknown item is a target, which is never found, or no target.
 */
export function prefixes(
  { offsets, places }: Pick<SequenceData, "offsets" | "places">,
  itemCount: number,
  firstRow: number,
  known: (item: number) => number,
  countsUnknown: boolean,
): QueryPart {
  const log = new QueryLog(itemCount, false);
  for (let row = firstRow; row + 1 < offsets.length; row++) {
    const mapped = places.slice(offsets[row], offsets[row + 1]);
    let length = 0;
    for (const item of mapped) {
      const index = known(item);
      if (index < 0) {
        if (length > 0 && countsUnknown) log.addUnknown(mapped, length);
        continue;
      }
      mapped[length++] = index;
      if (length > 1) log.add(mapped, null, 0, length - 1);
    }
  }
  return log.finish(true);
}

function partOf(
  { offsets, places, days }: Pick<SequenceData, "offsets" | "places" | "days">,
  itemCount: number,
  kept: (row: number) => number,
  areRowsInOrder: boolean,
): SequencePart {
  const rowCount = offsets.length - 1;
  const ends = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) ends[row + 1] = (ends[row] as number) + kept(row);
  const items = new Uint32Array(ends[rowCount] as number);
  const newest = days?.reduce((most, day) => Math.max(most, day), Number.NEGATIVE_INFINITY) ?? 0;
  const ages = days && new Float32Array(items.length);
  for (let row = 0; row < rowCount; row++) {
    const from = offsets[row] as number;
    const start = ends[row] as number;
    items.set(places.subarray(from, from + kept(row)), start);
    for (let at = 0; ages && at < kept(row); at++) ages[start + at] = newest - (days[from + at] as number);
  }
  if (items.length === 0)
    throw new EngineError("EMPTY_DATA", "The rows are too short to hold items out of them.");
  const sequences = { offsets: ends, items, ages, areRowsInOrder };
  return { sequences, userItems: matrixOf(sequences, itemCount) };
}

/** Collects requests. */
class QueryLog {
  readonly #itemCount: number;
  readonly #offsets = [0];
  readonly #items: number[] = [];
  readonly #ages: number[] | null;
  readonly #targets: number[] = [];

  constructor(itemCount: number, hasDays: boolean) {
    this.#itemCount = itemCount;
    this.#ages = hasDays ? [] : null;
  }

  /** The place `target` after the known ones from `from` on. */
  add(places: Uint32Array, days: Float64Array | null, from: number, target: number): void {
    for (let at = from; at < target; at++) {
      this.#items.push(places[at] as number);
      if (days) this.#ages?.push(Math.max(0, (days[target] as number) - (days[at] as number)));
    }
    this.#offsets.push(this.#items.length);
    this.#targets.push(places[target] as number);
  }

  addUnknown(places: Uint32Array, length: number): void {
    for (let at = 0; at < length; at++) this.#items.push(places[at] as number);
    this.#offsets.push(this.#items.length);
    this.#targets.push(UNKNOWN);
  }

  finish(keepsKnown: boolean): QueryPart {
    const rowCount = this.#targets.length;
    if (rowCount === 0) throw new EngineError("EMPTY_DATA", "No row is long enough to be measured.");
    const known = {
      offsets: Uint32Array.from(this.#offsets),
      items: Uint32Array.from(this.#items),
      ages: this.#ages && Float32Array.from(this.#ages),
    };
    const found = this.#targets.map((target) => Number(target !== UNKNOWN));
    const indptr = new Uint32Array(rowCount + 1);
    for (const [row, count] of found.entries()) indptr[row + 1] = (indptr[row] as number) + count;
    const indices = Uint32Array.from(this.#targets.filter((target) => target !== UNKNOWN));
    const values = new Float32Array(indices.length).fill(1);
    return {
      queries: { profiles: matrixOf(known, this.#itemCount), known, keepsKnown },
      heldout: { rowCount, columnCount: this.#itemCount, indptr, indices, values },
      unknownHeldout: Uint32Array.from(found, (count) => 1 - count),
    };
  }
}

const UNKNOWN = -1;
