/**
 * The order of ids, which the indices of a dataset follow. Shorter ids come first (counted in UTF-8 bytes), ids of equal length
 * by their bytes. So whole numbers are in the order of their values. If an index decides, for example a tie, then the id
 * decides, and the order of the rows in a file has no effect.
 */
import type { Breathe } from "./breathe.ts";
import { type IdMap, type IdMapParts, idMapOf, insertInto, partsOf } from "./id-map.ts";

export interface SortedIds {
  readonly map: IdMap;
  /** The new index of each old one; null when the ids were in order. */
  readonly newIndexOf: Uint32Array | null;
}

const SLICE_IDS = 65_536;

/**
 * Sorts the ids of a map: by length, then with a stable radix sort over the bytes, last byte first. Linear in the bytes of all
 * ids. The map cannot be used afterwards.
 */
export async function sortIds(map: IdMap, breathe: Breathe): Promise<SortedIds> {
  const parts = partsOf(map);
  const order = await new IdSorter(parts, breathe).sort();
  if (order.every((id, at) => id === at)) return { map, newIndexOf: null };
  const newIndexOf = new Uint32Array(order.length);
  for (let index = 0; index < order.length; index++) newIndexOf[order[index] as number] = index;
  await breathe();
  return { map: idMapOf(await reordered(parts, order, breathe)), newIndexOf };
}

async function reordered(parts: IdMapParts, order: Uint32Array, breathe: Breathe): Promise<IdMapParts> {
  const { bytes, offsets } = parts;
  const sorted = {
    bytes: new Uint8Array(bytes.length),
    offsets: new Uint32Array(offsets.length),
    table: parts.table.fill(0),
  };
  let target = 0;
  await overSlices(0, order.length, breathe, (start, end) => {
    for (let index = start; index < end; index++) {
      const id = order[index] as number;
      for (let at = offsets[id] as number; at < (offsets[id + 1] as number); at++) {
        sorted.bytes[target++] = bytes[at] as number;
      }
      sorted.offsets[index + 1] = target;
      insertInto(sorted, index);
    }
  });
  return sorted;
}

const encoder = new TextEncoder();
const ASCII = /^[\x20-\x7e]*$/;

/** The same order for two ids: negative if the first comes first. */
export function compareIds(a: string, b: string): number {
  if (ASCII.test(a) && ASCII.test(b)) return a.length - b.length || (a < b ? -1 : Number(a > b));
  const [one, other] = [encoder.encode(a), encoder.encode(b)];
  if (one.length !== other.length) return one.length - other.length;
  const at = one.findIndex((byte, place) => byte !== other[place]);
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number);
}

/** From this many ids on, two bytes make a digit: half the passes, each with a table of 256 KB. */
const MANY_IDS = 30_000;

class IdSorter {
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #breathe: Breathe;
  readonly #order: Uint32Array;
  readonly #spare: Uint32Array;
  /** The digit of each id of the order. */
  readonly #digits: Uint32Array;

  constructor({ bytes, offsets }: IdMapParts, breathe: Breathe) {
    const count = offsets.length - 1;
    this.#bytes = bytes;
    this.#offsets = offsets;
    this.#breathe = breathe;
    this.#order = Uint32Array.from({ length: count }, (_, id) => id);
    this.#spare = new Uint32Array(count);
    this.#digits = new Uint32Array(count);
  }

  /** Old indices in the order of their ids. */
  async sort(): Promise<Uint32Array> {
    const idCount = this.#order.length;
    await this.#overSlices(0, idCount, (start, end) => this.#readLengths(start, end));
    const longest = this.#digits.reduce((most, length) => Math.max(most, length), 0);
    const counts = await this.#sortRange(0, idCount, longest + 1);
    let from = 0;
    for (const [length, count] of counts.entries()) {
      if (count > 1) await this.#sortGroup(from, from + count, length);
      from += count;
    }
    return this.#order;
  }

  /** Sorts ids of one length by their bytes. */
  async #sortGroup(from: number, to: number, length: number): Promise<void> {
    const width = to - from < MANY_IDS ? 1 : 2;
    for (let end = length; end > 0; end -= width) {
      const position = Math.max(0, end - width);
      await this.#overSlices(from, to, (start, stop) => this.#readDigits(start, stop, position, end));
      await this.#sortRange(from, to, 256 ** width);
    }
  }

  #readLengths(start: number, end: number): void {
    const offsets = this.#offsets;
    for (let id = start; id < end; id++) {
      this.#digits[id] = (offsets[id + 1] as number) - (offsets[id] as number);
    }
  }

  /** The digit consists of the bytes at `position … end`. */
  #readDigits(start: number, stop: number, position: number, end: number): void {
    const [bytes, offsets, order, digits] = [this.#bytes, this.#offsets, this.#order, this.#digits];
    for (let at = start; at < stop; at++) {
      const first = (offsets[order[at] as number] as number) + position;
      const high = bytes[first] as number;
      digits[at] = end - position === 1 ? high : 256 * high + (bytes[first + 1] as number);
    }
  }

  /** A stable counting sort of a range of the order by its digits. @returns The number of ids with each digit. */
  async #sortRange(from: number, to: number, digitCount: number): Promise<Uint32Array> {
    const [order, spare, digits] = [this.#order, this.#spare, this.#digits];
    const counts = new Uint32Array(digitCount);
    await this.#overSlices(from, to, (start, end) => {
      for (let at = start; at < end; at++) {
        const digit = digits[at] as number;
        counts[digit] = (counts[digit] as number) + 1;
      }
    });
    if (counts[digits[from] ?? 0] === to - from) return counts;
    const next = new Uint32Array(digitCount);
    next[0] = from;
    for (let digit = 1; digit < digitCount; digit++) {
      next[digit] = (next[digit - 1] as number) + (counts[digit - 1] as number);
    }
    await this.#overSlices(from, to, (start, end) => {
      for (let at = start; at < end; at++) {
        const digit = digits[at] as number;
        const target = next[digit] as number;
        next[digit] = target + 1;
        spare[target] = order[at] as number;
      }
    });
    order.set(spare.subarray(from, to), from);
    return counts;
  }

  #overSlices(from: number, to: number, visit: (from: number, to: number) => void): Promise<void> {
    return overSlices(from, to, this.#breathe, visit);
  }
}

/** Visits from … to in slices of some milliseconds, with a pause after each full one. */
async function overSlices(
  from: number,
  to: number,
  breathe: Breathe,
  visit: (from: number, to: number) => void,
): Promise<void> {
  for (let start = from; start < to; start += SLICE_IDS) {
    visit(start, Math.min(to, start + SLICE_IDS));
    if (to - start >= SLICE_IDS) await breathe();
  }
}
