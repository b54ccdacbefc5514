/** Item metadata for serving: the record of any item is found and parsed alone, the rest stays bytes. */
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import type { Steps } from "../in-steps.ts";
import type { IdMap } from "./id-map.ts";
import { idMapOfSections, idMapSections } from "./id-map-sections.ts";

export interface ItemMetadata {
  readonly itemIds: IdMap;
  /** Names of the columns of all records, without the item column. */
  readonly columns: readonly string[];
  /** Columns of delimited text that are numbers in every row. Their values are stored as text. */
  readonly numericColumns: readonly string[];
  /** One JSON object per item of `itemIds`: record i is `bytes[offsets[i] … offsets[i+1])`. */
  readonly records: { readonly bytes: Uint8Array; readonly offsets: Uint32Array };
  /** By item, where its row begins in the file: the line, or the number of the record in a `.json` file. */
  readonly lines?: Uint32Array;
}

export interface MetadataRecord {
  readonly itemId: string;
  readonly properties: Record<string, unknown>;
  /** Of the file, see `ItemMetadata.lines`; null in metadata of an earlier release. */
  readonly line: number | null;
}

/** What serving needs from metadata. */
export interface MetadataReader {
  readonly size: number;
  readonly itemIds: IdMap;
  readonly columns: readonly string[];
  /** The item's record, or null when there is none. Parses this record only. */
  find(itemId: string): Record<string, unknown> | null;
  /** Every item with its record, in the order of the file. Parses each record when it is reached. */
  records(): Iterable<MetadataRecord>;
  /**
   * Ids of the first `limit` items whose id or record holds the text in any value, upper or lower case. Searches every record, in
   * steps of a few milliseconds.
   */
  search(text: string, limit: number): Steps<string[]>;
}

const IDS = "metadata.ids";
const COLUMNS = "metadata.columns";
/** Absent in metadata whose numbers were recognised cell by cell and stored as numbers. */
const NUMERIC_COLUMNS = "metadata.numeric-columns";
const OFFSETS = "metadata.offsets";
const RECORDS = "metadata.json";
/** Absent in metadata of an earlier release. */
const LINES = "metadata.lines";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** The metadata as sections; shares the arrays, without copies. */
export function metadataSections(metadata: ItemMetadata): Section[] {
  return [
    ...idMapSections(metadata.itemIds, IDS),
    { name: COLUMNS, data: new TextEncoder().encode(JSON.stringify(metadata.columns)) },
    { name: NUMERIC_COLUMNS, data: new TextEncoder().encode(JSON.stringify(metadata.numericColumns)) },
    { name: OFFSETS, data: metadata.records.offsets },
    { name: RECORDS, data: metadata.records.bytes },
    ...(metadata.lines ? [{ name: LINES, data: metadata.lines }] : []),
  ];
}

/** Reads the sections of `metadataSections` in place. Throws BAD_ARTIFACT when they do not fit together. */
export function metadataOf(sections: readonly Section[]): MetadataReader {
  const itemIds = idMapOfSections(sections, IDS);
  const offsets = sectionOf({ sections }, OFFSETS, Uint32Array);
  const bytes = sectionOf({ sections }, RECORDS, Uint8Array);
  checkOffsets(offsets, itemIds.size, bytes.length);
  const numeric = numericColumnsOf(sections);
  const lines = linesOf(sections, itemIds.size);
  const recordAt = (index: number) => {
    const text = decoder.decode(bytes.subarray(offsets[index], offsets[index + 1]));
    const record = JSON.parse(text) as Record<string, unknown>;
    for (const name of numeric) if (typeof record[name] === "string") record[name] = Number(record[name]);
    return record;
  };
  return {
    size: itemIds.size,
    itemIds,
    columns: parseColumns(sectionOf({ sections }, COLUMNS, Uint8Array)),
    find(itemId) {
      const index = itemIds.indexOf(itemId);
      return index < 0 ? null : recordAt(index);
    },
    *records() {
      for (let index = 0; index < itemIds.size; index++) {
        yield { itemId: itemIds.idAt(index), properties: recordAt(index), line: lines?.[index] ?? null };
      }
    },
    *search(text, limit) {
      const wanted = text.toLowerCase();
      const mayHold = plainFilter(wanted);
      const found: string[] = [];
      let passed = 0;
      for (let index = 0; index < itemIds.size && found.length < limit; index++) {
        const record = bytes.subarray(offsets[index], offsets[index + 1]);
        const itemId = itemIds.idAt(index);
        const isFound =
          itemId.toLowerCase().includes(wanted) ||
          (mayHold(record) &&
            Object.values(recordAt(index)).some((value) => String(value).toLowerCase().includes(wanted)));
        if (isFound) found.push(itemId);
        passed += record.length + ITEM_BYTES;
        if (passed < STEP_BYTES) continue;
        passed = 0;
        yield;
      }
      return found;
    },
  };
}

/** The ids of the items (or users) that have metadata. Throws BAD_ARTIFACT. */
export function metadataIds(sections: readonly Section[]): IdMap {
  return idMapOfSections(sections, IDS);
}

/** Bytes per step of the search: about two milliseconds where records are parsed. */
const STEP_BYTES = 64 * 1024;
/** The cost of an item without its record. */
const ITEM_BYTES = 32;
const PLAIN_RUN = /[a-z0-9]+/g;

/**
 * Whether a record's bytes can hold a text. It looks for the longest run of ASCII letters and digits in it, which JSON writes as they are,
 * in either case. A text without such a run may be anywhere.
 */
function plainFilter(text: string): (record: Uint8Array) => boolean {
  const runs = text.match(PLAIN_RUN) ?? [];
  const run = runs.reduce((longest, next) => (next.length > longest.length ? next : longest), "");
  if (run === "") return () => true;
  const wanted = new TextEncoder().encode(run);
  const first = wanted[0] as number;
  return (record) => {
    for (let at = 0; at + wanted.length <= record.length; at++) {
      if (lower(record[at] as number) !== first) continue;
      let length = 1;
      while (length < wanted.length && lower(record[at + length] as number) === wanted[length]) length++;
      if (length === wanted.length) return true;
    }
    // Letters outside of ASCII may become ASCII ones in lower case, as the Kelvin sign does.
    return record.some((byte) => byte > 0x7f) && /[ik]/.test(run);
  };
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function checkOffsets(offsets: Uint32Array, size: number, byteLength: number): void {
  const isWhole = offsets.length === size + 1 && offsets[0] === 0 && offsets[size] === byteLength;
  const isRising = offsets.every((offset, index) => index === 0 || offset >= (offsets[index - 1] as number));
  if (isWhole && isRising) return;
  throw new EngineError("BAD_ARTIFACT", `The metadata has broken offsets for ${size} items.`);
}

function linesOf(sections: readonly Section[], size: number): Uint32Array | null {
  if (!sections.some(({ name }) => name === LINES)) return null;
  const lines = sectionOf({ sections }, LINES, Uint32Array);
  if (lines.length === size) return lines;
  throw new EngineError("BAD_ARTIFACT", `The metadata has ${lines.length} lines for ${size} items.`);
}

function numericColumnsOf(sections: readonly Section[]): readonly string[] {
  if (!sections.some(({ name }) => name === NUMERIC_COLUMNS)) return [];
  return parseColumns(sectionOf({ sections }, NUMERIC_COLUMNS, Uint8Array));
}

function parseColumns(bytes: Uint8Array): string[] {
  try {
    const columns: unknown = JSON.parse(decoder.decode(bytes));
    if (Array.isArray(columns) && columns.every((name) => typeof name === "string")) return columns;
  } catch {
    // Broken JSON and JSON of another form are the same to the caller.
  }
  throw new EngineError("BAD_ARTIFACT", "The metadata has a broken list of columns.");
}
