/** The rows of an item shelf as a few arrays: a hundred thousand cost their bytes and little more. */
import { sectionOf } from "#engine/artifact/decode-artifact.ts";
import type { Section } from "#engine/artifact/section.ts";
import { type IdMap, IdMapBuilder } from "#engine/data/id-map.ts";
import { idMapOfSections, idMapSections } from "#engine/data/id-map-sections.ts";
import { EngineError } from "#engine/engine-error.ts";
import { ITEM_STATES, type ShelfRow, type WrittenColumn } from "./shelf-row.ts";

/** What serving keeps of a row. */
export type ShelfEntry = Pick<ShelfRow, "seq" | "itemId" | "properties" | "isPartial" | "state" | "newAt">;

const PARTIAL_BIT = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export class PackedShelf {
  readonly ids: IdMap;
  /** Row i's properties are `bytes[offsets[i] … offsets[i+1])`. */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
  /** The number of the state, and a bit for partial rows. */
  readonly flags: Uint8Array;
  readonly newAt: Float64Array;
  readonly seqs: Float64Array;

  constructor(parts: Pick<PackedShelf, "ids" | "offsets" | "bytes" | "flags" | "newAt" | "seqs">) {
    this.ids = parts.ids;
    this.offsets = parts.offsets;
    this.bytes = parts.bytes;
    this.flags = parts.flags;
    this.newAt = parts.newAt;
    this.seqs = parts.seqs;
  }

  get size(): number {
    return this.ids.size;
  }

  /** About what it holds in memory. */
  get byteLength(): number {
    return this.bytes.byteLength + this.size * 64;
  }

  at(index: number): ShelfEntry {
    const flags = this.flags[index] as number;
    return {
      seq: this.seqs[index] as number,
      itemId: this.ids.idAt(index),
      properties: decoder.decode(this.bytes.subarray(this.offsets[index], this.offsets[index + 1])),
      isPartial: (flags & PARTIAL_BIT) !== 0,
      state: ITEM_STATES[flags & (PARTIAL_BIT - 1)] ?? "deleted",
      newAt: this.newAt[index] as number,
    };
  }

  find(itemId: string): ShelfEntry | null {
    const index = this.ids.indexOf(itemId);
    return index < 0 ? null : this.at(index);
  }
}

/** Packs entries, each id once. */
export function packShelf(entries: Iterable<ShelfEntry>): PackedShelf {
  const ids = new IdMapBuilder();
  const texts: Uint8Array[] = [];
  const flags: number[] = [];
  const newAt: number[] = [];
  const seqs: number[] = [];
  for (const { itemId, properties, isPartial, state, newAt: at, seq } of entries) {
    ids.intern(itemId);
    texts.push(encoder.encode(properties));
    flags.push(ITEM_STATES.indexOf(state) | (isPartial ? PARTIAL_BIT : 0));
    newAt.push(at);
    seqs.push(seq);
  }
  const offsets = new Uint32Array(texts.length + 1);
  for (const [at, { length }] of texts.entries()) offsets[at + 1] = (offsets[at] as number) + length;
  const bytes = new Uint8Array(offsets[texts.length] as number);
  for (const [at, text] of texts.entries()) bytes.set(text, offsets[at]);
  return new PackedShelf({
    ids: ids.finish(),
    offsets,
    bytes,
    flags: Uint8Array.from(flags),
    newAt: Float64Array.from(newAt),
    seqs: Float64Array.from(seqs),
  });
}

const NAME = "shelf";
const IDS = `${NAME}.ids`;

/** Whether a section belongs to the ids of the rows. */
export function isIdOfShelf(section: string): boolean {
  return section.startsWith(`${IDS}.`);
}

/** The ids of the rows, read alone. Throws BAD_ARTIFACT. */
export function idsOfShelf(sections: readonly Section[]): IdMap {
  return idMapOfSections(sections, IDS);
}

/** The shelf as sections of an artifact; shares its arrays. */
export function shelfSections(shelf: PackedShelf, columns: readonly WrittenColumn[]): Section[] {
  return [
    ...idMapSections(shelf.ids, IDS),
    { name: `${NAME}.columns`, data: encoder.encode(JSON.stringify(columns)) },
    { name: `${NAME}.offsets`, data: shelf.offsets },
    { name: `${NAME}.json`, data: shelf.bytes },
    { name: `${NAME}.flags`, data: shelf.flags },
    { name: `${NAME}.new-at`, data: shelf.newAt },
    { name: `${NAME}.seqs`, data: shelf.seqs },
  ];
}

/** Reads the sections of `shelfSections` in place. Throws BAD_ARTIFACT when they do not fit together. */
export function shelfOfSections(sections: readonly Section[]): {
  readonly shelf: PackedShelf;
  readonly columns: readonly WrittenColumn[];
} {
  const ids = idsOfShelf(sections);
  const parts = {
    ids,
    offsets: sectionOf({ sections }, `${NAME}.offsets`, Uint32Array),
    bytes: sectionOf({ sections }, `${NAME}.json`, Uint8Array),
    flags: sectionOf({ sections }, `${NAME}.flags`, Uint8Array),
    newAt: sectionOf({ sections }, `${NAME}.new-at`, Float64Array),
    seqs: sectionOf({ sections }, `${NAME}.seqs`, Float64Array),
  };
  const { offsets, bytes, flags, newAt, seqs } = parts;
  const lengths = [offsets.length - 1, flags.length, newAt.length, seqs.length];
  const isWhole = lengths.every((length) => length === ids.size) && offsets[ids.size] === bytes.length;
  if (!isWhole)
    throw new EngineError("BAD_ARTIFACT", "The parts of the written items have different lengths.");
  const columns = sectionOf({ sections }, `${NAME}.columns`, Uint8Array);
  return { shelf: new PackedShelf(parts), columns: JSON.parse(decoder.decode(columns)) as WrittenColumn[] };
}
