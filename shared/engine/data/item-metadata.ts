/** Item metadata as serving needs it: any item's record is found and parsed alone, the rest stays bytes. */
import { sectionOf } from "../artifact/decode-artifact.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
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
}

/** What serving asks of metadata. */
export interface MetadataReader {
  readonly size: number;
  readonly columns: readonly string[];
  /** The item's record, or null when there is none. Parses this record only. */
  find(itemId: string): Record<string, unknown> | null;
  /** Ids of the first `limit` items whose id or record holds the text in any value, upper or lower case. Reads every record. */
  search(text: string, limit: number): string[];
}

const IDS = "metadata.ids";
const COLUMNS = "metadata.columns";
/** Not there in metadata whose numbers were told apart cell by cell and stored as numbers. */
const NUMERIC_COLUMNS = "metadata.numeric-columns";
const OFFSETS = "metadata.offsets";
const RECORDS = "metadata.json";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** The metadata as sections; arrays are handed out, not copied. */
export function metadataSections(metadata: ItemMetadata): Section[] {
  return [
    ...idMapSections(metadata.itemIds, IDS),
    { name: COLUMNS, data: new TextEncoder().encode(JSON.stringify(metadata.columns)) },
    { name: NUMERIC_COLUMNS, data: new TextEncoder().encode(JSON.stringify(metadata.numericColumns)) },
    { name: OFFSETS, data: metadata.records.offsets },
    { name: RECORDS, data: metadata.records.bytes },
  ];
}

/** Reads the sections of `metadataSections` in place. Throws BAD_ARTIFACT when they do not fit together. */
export function metadataOf(sections: readonly Section[]): MetadataReader {
  const itemIds = idMapOfSections(sections, IDS);
  const offsets = sectionOf({ sections }, OFFSETS, Uint32Array);
  const bytes = sectionOf({ sections }, RECORDS, Uint8Array);
  checkOffsets(offsets, itemIds.size, bytes.length);
  const numeric = numericColumnsOf(sections);
  const recordAt = (index: number) => {
    const text = decoder.decode(bytes.subarray(offsets[index], offsets[index + 1]));
    const record = JSON.parse(text) as Record<string, unknown>;
    for (const name of numeric) if (typeof record[name] === "string") record[name] = Number(record[name]);
    return record;
  };
  return {
    size: itemIds.size,
    columns: parseColumns(sectionOf({ sections }, COLUMNS, Uint8Array)),
    find(itemId) {
      const index = itemIds.indexOf(itemId);
      return index < 0 ? null : recordAt(index);
    },
    search(text, limit) {
      const wanted = text.toLowerCase();
      const found: string[] = [];
      for (let index = 0; index < itemIds.size && found.length < limit; index++) {
        const itemId = itemIds.idAt(index);
        const values = [itemId, ...Object.values(recordAt(index))];
        if (values.some((value) => String(value).toLowerCase().includes(wanted))) found.push(itemId);
      }
      return found;
    },
  };
}

/** The ids of the items (or users) that have metadata. Throws BAD_ARTIFACT. */
export function metadataIds(sections: readonly Section[]): IdMap {
  return idMapOfSections(sections, IDS);
}

function checkOffsets(offsets: Uint32Array, size: number, byteLength: number): void {
  const isWhole = offsets.length === size + 1 && offsets[0] === 0 && offsets[size] === byteLength;
  const isRising = offsets.every((offset, index) => index === 0 || offset >= (offsets[index - 1] as number));
  if (isWhole && isRising) return;
  throw new EngineError("BAD_ARTIFACT", `The metadata has broken offsets for ${size} items.`);
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
