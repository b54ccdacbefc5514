/**
 * The history of a user as a record of bytes, and records one after another. A record is its length (u32, little-endian), the user's
 * index, the id, the items with their weights, and the disliked items. Whole numbers have seven bits a byte, the lowest first; items
 * are differences to the one before. Weights are a list of distinct ones with a byte for each item, or all of them if they differ much.
 * Models that read the order also have the age of each item (f32) at the end.
 */
import { badArtifact } from "../artifact/format.ts";

/** What the training knows of one user. */
export interface StoredHistory {
  readonly userId: string;
  /** Index in the data of the training, for rows that a model keeps of each user. */
  readonly userIndex: number;
  /** Item indices, ascending. */
  readonly indices: Uint32Array;
  /** Of each item, finite and > 0. */
  readonly weights: Float32Array;
  /** Item indices, ascending. */
  readonly disliked: Uint32Array;
  /** Days from each item to the reference of the model, where it reads the order. */
  readonly ages?: Float32Array;
}

const LENGTH_BYTES = 4;
const LONGEST_NUMBER = 5;
const WEIGHT_BYTES = 4;
const AGE_BYTES = 4;
/** Weights that a byte for each item can name. */
const MOST_DISTINCT = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Writes records one after another. */
export class HistoryWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  add({ userId, userIndex, indices, weights, disliked, ages }: StoredHistory): void {
    const numbers = 6 + indices.length + disliked.length;
    this.#reserve(
      LENGTH_BYTES +
        LONGEST_NUMBER * numbers +
        3 * userId.length +
        (WEIGHT_BYTES + 1) * (indices.length + MOST_DISTINCT) +
        AGE_BYTES * indices.length,
    );
    const start = this.#length;
    this.#length += LENGTH_BYTES;
    this.#number(userIndex);
    const id = encoder.encode(userId);
    this.#number(id.length);
    this.#bytes.set(id, this.#length);
    this.#length += id.length;
    this.#items(indices);
    this.#weights(weights);
    this.#items(disliked);
    for (const age of ages ?? []) {
      this.#view.setFloat32(this.#length, age, true);
      this.#length += AGE_BYTES;
    }
    this.#view.setUint32(start, this.#length - start - LENGTH_BYTES, true);
  }

  /** A copy of the records, cut to size. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #number(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  #items(indices: Uint32Array): void {
    this.#number(indices.length);
    let previous = 0;
    for (const index of indices) {
      this.#number(index - previous);
      previous = index;
    }
  }

  #weights(weights: Float32Array): void {
    const distinct = distinctOf(weights);
    this.#number(distinct?.size ?? 0);
    for (const weight of distinct?.keys() ?? weights) {
      this.#view.setFloat32(this.#length, weight, true);
      this.#length += WEIGHT_BYTES;
    }
    if (distinct === null || distinct.size < 2) return;
    for (const weight of weights) this.#bytes[this.#length++] = distinct.get(weight) as number;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Distinct weights with their numbers; null where a list of all is shorter. */
function distinctOf(weights: Float32Array): ReadonlyMap<number, number> | null {
  const distinct = new Map<number, number>();
  for (const weight of weights) {
    if (distinct.has(weight)) continue;
    if (distinct.size === MOST_DISTINCT) return null;
    distinct.set(weight, distinct.size);
  }
  const codes = distinct.size > 1 ? weights.length : 0;
  return WEIGHT_BYTES * distinct.size + codes < WEIGHT_BYTES * weights.length ? distinct : null;
}

/** Where each record begins, and where the last one ends. Throws `BAD_ARTIFACT`. */
export function recordStarts(block: Uint8Array): number[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const starts = [0];
  for (let at = 0; at < block.length; ) {
    if (at + LENGTH_BYTES > block.length) throw broken();
    at += LENGTH_BYTES + view.getUint32(at, true);
    starts.push(at);
  }
  if (starts.at(-1) !== block.length) throw broken();
  return starts;
}

/** The record that begins at a byte. Throws `BAD_ARTIFACT`. @param itemCount Items are below it. */
export function readRecord(block: Uint8Array, start: number, itemCount: number): StoredHistory {
  const reader = new RecordReader(block, start);
  const userIndex = reader.number();
  const userId = decoder.decode(reader.bytes(reader.number()));
  const indices = reader.items(itemCount);
  const weights = reader.weights(indices.length);
  const disliked = reader.items(itemCount);
  const ages = reader.ages(indices.length);
  return { userId, userIndex, indices, weights, disliked, ...(ages && { ages }) };
}

/** Where the record of a user begins, or −1. Throws `BAD_ARTIFACT`. */
export function startOfUser(block: Uint8Array, userId: string): number {
  const wanted = encoder.encode(userId);
  for (const start of recordStarts(block).slice(0, -1)) {
    const reader = new RecordReader(block, start);
    reader.number();
    const id = reader.bytes(reader.number());
    if (id.length === wanted.length && id.every((byte, at) => byte === wanted[at])) return start;
  }
  return -1;
}

class RecordReader {
  readonly #block: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(block: Uint8Array, start: number) {
    this.#block = block;
    this.#view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    this.#at = start + LENGTH_BYTES;
    this.#end = this.#at + this.#view.getUint32(start, true);
  }

  number(): number {
    let value = 0;
    for (let factor = 1; factor <= 0x80 ** (LONGEST_NUMBER - 1); factor *= 0x80) {
      const [byte = 0] = this.bytes(1);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw broken();
  }

  bytes(length: number): Uint8Array {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#end) throw broken();
    return this.#block.subarray(start, this.#at);
  }

  items(itemCount: number): Uint32Array {
    const count = this.number();
    if (count > this.#end - this.#at) throw broken();
    const items = new Uint32Array(count);
    let item = 0;
    for (let at = 0; at < count; at++) {
      const step = this.number();
      item += step;
      if (item >= itemCount || (at > 0 && step === 0)) throw broken();
      items[at] = item;
    }
    return items;
  }

  /** Null at the end of the record. */
  ages(count: number): Float32Array | null {
    if (this.#at === this.#end || count === 0) return null;
    const start = this.#at;
    this.bytes(AGE_BYTES * count);
    return Float32Array.from({ length: count }, (_, at) =>
      this.#view.getFloat32(start + AGE_BYTES * at, true),
    );
  }

  weights(count: number): Float32Array {
    const distinct = this.number();
    const given = distinct === 0 ? count : distinct;
    const start = this.#at;
    this.bytes(WEIGHT_BYTES * given);
    const listed = Float32Array.from({ length: given }, (_, at) =>
      this.#view.getFloat32(start + WEIGHT_BYTES * at, true),
    );
    if (listed.some((weight) => !(weight > 0 && weight < Number.POSITIVE_INFINITY))) throw broken();
    if (distinct === 0) return listed;
    if (distinct === 1) return new Float32Array(count).fill(listed[0] as number);
    const codes = this.bytes(count);
    if (codes.some((code) => code >= distinct)) throw broken();
    return Float32Array.from(codes, (code) => listed[code] as number);
  }
}

function broken() {
  return badArtifact("A block of histories is damaged.");
}
