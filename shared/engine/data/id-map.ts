/**
 * The mapping between ids (strings of a tenant) and indices (dense positions 0 … n−1). A million ids cost their UTF-8 bytes
 * and about 12 bytes each. They lie in one blob, and a hash table of indices finds them without a string object per id.
 */
export interface IdMap {
  readonly size: number;
  /** Index of an id, or −1 when the map does not hold it. */
  indexOf(id: string): number;
  /** The id at an index. Throws RangeError outside 0 … size − 1. */
  idAt(index: number): string;
}

/** An id of usual length, with its place in the table. */
export const ID_BYTES = 28;

/** The parts of an id map, as an artifact stores them. Read only once built. */
export interface IdMapParts {
  /** UTF-8 of all ids, one after another. */
  readonly bytes: Uint8Array;
  /** Length size + 1, ascending: id i is `bytes[offsets[i] … offsets[i+1])`. */
  readonly offsets: Uint32Array;
  /** Open addressing with linear probing: 0 is free, otherwise index + 1. Its length is a power of two, never full. */
  readonly table: Uint32Array;
}

// At most 5/8 full: linear probing then needs fewer than two looks on average.
const MAX_LOAD_NUMERATOR = 5;
const MAX_LOAD_DENOMINATOR = 8;
// A catalogue has a map for each of its columns, mostly with few values. The runtime keeps arrays of up to 64 bytes among its own
// objects, where they cost a fraction of larger ones.
const INITIAL_TABLE_LENGTH = 16;
const INITIAL_OFFSET_COUNT = 16;
const INITIAL_BYTE_COUNT = 64;

const encoder = new TextEncoder();
// ignoreBOM: an id that starts with U+FEFF keeps it.
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** An id map over parts that were built or checked before. The parts are kept, not copied. */
export function idMapOf(parts: IdMapParts): IdMap {
  return new PackedIdMap(parts);
}

/** The parts of any id map; those of a packed one, which all of ours are, are returned as they are. */
export function partsOf(map: IdMap): IdMapParts {
  if (map instanceof PackedIdMap) return map.parts;
  const builder = new IdMapBuilder();
  for (let index = 0; index < map.size; index++) builder.intern(map.idAt(index));
  return partsOf(builder.finish());
}

class PackedIdMap implements IdMap {
  readonly size: number;
  readonly parts: IdMapParts;
  readonly #key = new KeyBuffer();

  constructor(parts: IdMapParts) {
    this.parts = parts;
    this.size = parts.offsets.length - 1;
  }

  indexOf(id: string): number {
    const length = this.#key.write(id);
    const slot = findSlot(this.parts, this.#key.bytes, length, hashBytes(this.#key.bytes, length));
    return (this.parts.table[slot] as number) - 1;
  }

  idAt(index: number): string {
    const { bytes, offsets } = this.parts;
    if (!(index >= 0 && index < this.size)) throw new RangeError(`No id at index ${index} of ${this.size}.`);
    return decodeRange(bytes, offsets[index] as number, offsets[index + 1] as number);
  }
}

/** Collects ids and gives each new one the next index. */
export class IdMapBuilder {
  #bytes = new Uint8Array(INITIAL_BYTE_COUNT);
  #offsets = new Uint32Array(INITIAL_OFFSET_COUNT);
  #table = new Uint32Array(INITIAL_TABLE_LENGTH);
  #size = 0;
  readonly #key = new KeyBuffer();

  get size(): number {
    return this.#size;
  }

  /** Bytes held by the builder, for budgets. */
  get byteLength(): number {
    return this.#bytes.byteLength + this.#offsets.byteLength + this.#table.byteLength;
  }

  /** Index of an id, which is added when it is new. Bytes must be valid UTF-8 and are copied. */
  intern(id: string | Uint8Array): number {
    let key: Uint8Array;
    let length: number;
    if (typeof id === "string") {
      length = this.#key.write(id);
      key = this.#key.bytes;
    } else {
      length = id.length;
      key = id;
    }
    const parts = { bytes: this.#bytes, offsets: this.#offsets, table: this.#table };
    const slot = findSlot(parts, key, length, hashBytes(key, length));
    const found = this.#table[slot] as number;
    return found > 0 ? found - 1 : this.#append(key, length, slot);
  }

  /** The id at an index handed out by `intern`. */
  idAt(index: number): string {
    if (!(index >= 0 && index < this.#size))
      throw new RangeError(`No id at index ${index} of ${this.#size}.`);
    return decodeRange(this.#bytes, this.#offsets[index] as number, this.#offsets[index + 1] as number);
  }

  /** The finished map, cut to size. The builder must not be used afterwards. */
  finish(): IdMap {
    const offsets = this.#offsets.slice(0, this.#size + 1);
    const bytes = this.#bytes.slice(0, offsets[this.#size]);
    return idMapOf({ bytes, offsets, table: this.#table });
  }

  #append(key: Uint8Array, length: number, slot: number): number {
    const index = this.#size;
    const start = this.#offsets[index] as number;
    const end = start + length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, end);
    if (index + 2 > this.#offsets.length) this.#offsets = grown(this.#offsets, index + 2);
    for (let i = 0; i < length; i++) this.#bytes[start + i] = key[i] as number;
    this.#offsets[index + 1] = end;
    this.#table[slot] = index + 1;
    this.#size = index + 1;
    if (this.#size * MAX_LOAD_DENOMINATOR > this.#table.length * MAX_LOAD_NUMERATOR) this.#rehash();
    return index;
  }

  #rehash(): void {
    const parts = {
      bytes: this.#bytes,
      offsets: this.#offsets,
      table: new Uint32Array(this.#table.length * 2),
    };
    for (let index = 0; index < this.#size; index++) insertInto(parts, index);
    this.#table = parts.table;
  }
}

/** Puts an id that is not yet in the table there. The table must have a free slot. */
export function insertInto({ bytes, offsets, table }: IdMapParts, index: number): void {
  const mask = table.length - 1;
  let slot = hashBytes(bytes, offsets[index + 1] as number, offsets[index] as number) & mask;
  while ((table[slot] as number) > 0) slot = (slot + 1) & mask;
  table[slot] = index + 1;
}

/** 32 bits of an id's UTF-8. Stored files depend on it: it stays as it is. */
export function hashOfId(id: string): number {
  const bytes = encoder.encode(id);
  return hashBytes(bytes, bytes.length);
}

/** FNV-1a over `bytes[start … end)`, mixed once more because linear probing uses the low bits. */
function hashBytes(bytes: Uint8Array, end: number, start = 0): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Slot that holds the key, or the free slot where it belongs. */
function findSlot(parts: IdMapParts, key: Uint8Array, length: number, hash: number): number {
  const { bytes, offsets, table } = parts;
  const mask = table.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const found = table[slot] as number;
    if (found === 0) return slot;
    const start = offsets[found - 1] as number;
    if ((offsets[found] as number) - start !== length) continue;
    let i = 0;
    while (i < length && bytes[start + i] === key[i]) i++;
    if (i === length) return slot;
  }
}

function decodeRange(bytes: Uint8Array, start: number, end: number): string {
  // Short ASCII ids, the usual case, are several times faster without the decoder.
  if (end - start <= 24) {
    let text = "";
    let i = start;
    for (; i < end && (bytes[i] as number) < 0x80; i++) text += String.fromCharCode(bytes[i] as number);
    if (i === end) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

function grown<T extends Uint8Array | Uint32Array>(array: T, atLeast: number): T {
  const larger = new (array.constructor as new (length: number) => T)(Math.max(array.length * 2, atLeast));
  larger.set(array);
  return larger;
}

/** A reused buffer for the UTF-8 of one key. */
class KeyBuffer {
  bytes = new Uint8Array(INITIAL_BYTE_COUNT);

  /** Writes the id's UTF-8 to `bytes` and returns its length. */
  write(id: string): number {
    if (id.length * 3 > this.bytes.length) this.bytes = new Uint8Array(id.length * 6);
    const length = id.length;
    for (let i = 0; i < length; i++) {
      const code = id.charCodeAt(i);
      if (code >= 0x80) return encoder.encodeInto(id, this.bytes).written;
      this.bytes[i] = code;
    }
    return length;
  }
}
