import { type Bitmap, emptyBitmap, setBit } from "../catalogue/bitmap.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Column, ID_COLUMN, type StringColumn, type TagsColumn } from "../catalogue/column.ts";
import { ArrayCache } from "./array-cache.ts";
import { Scratch } from "./scratch.ts";

interface Postings {
  /** The rows of value i are `rows[offsets[i] … offsets[i+1])`. */
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

/** All distinct texts of a column in lower case, one after another, so that one search finds a part in any of them. */
interface JoinedTexts {
  readonly text: string;
  /** Where each text begins. */
  readonly starts: Uint32Array;
}

/** A number for each row, with the largest of them. */
export interface KeptAmounts {
  readonly values: Float64Array;
  /** −∞ where no row has a value. */
  readonly largest: number;
  readonly byteLength: number;
}

/** Stands between joined texts; a text that contains it cannot be searched across it. */
const BOUNDARY = "\u0000";

/** What rules have computed about one catalogue, each part when it is first needed. */
export class CatalogueIndex {
  readonly catalogue: Catalogue;
  readonly rowCount: number;
  readonly bitmaps = new ArrayCache<Bitmap>();
  readonly amounts = new ArrayCache<KeptAmounts>();
  readonly scratch: Scratch;
  readonly #postings = new Map<string, Postings>();
  readonly #joined = new Map<string, JoinedTexts>();
  #ids: StringColumn | null = null;

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.rowCount = catalogue.itemIds.size;
    this.scratch = new Scratch(this.rowCount);
  }

  /** A column of the catalogue, or null: the rule was checked against another one that had it. */
  column(name: string): Column | null {
    return name === ID_COLUMN ? this.#idColumn() : (this.catalogue.columns.get(name) ?? null);
  }

  #idColumn(): StringColumn {
    this.#ids ??= {
      type: "string",
      separator: "",
      codes: Uint32Array.from({ length: this.rowCount }, (_, row) => row + 1),
      values: this.catalogue.itemIds,
    };
    return this.#ids;
  }

  /** The rows of each tag. */
  postings(name: string, column: TagsColumn): Postings {
    let postings = this.#postings.get(name);
    if (!postings) {
      postings = invert(column, this.rowCount);
      this.#postings.set(name, postings);
    }
    return postings;
  }

  /** The codes of the texts that contain a part, ignoring case. Code 0, no value, is never among them. */
  codesWithPart(name: string, column: StringColumn, part: string): Uint8Array {
    const wanted = new Uint8Array(column.values.size + 1);
    const { text, starts } = this.#joinedTexts(name, column);
    const lower = part.toLowerCase();
    if (lower === "") return wanted.fill(1, 1);
    if (lower.includes(BOUNDARY)) return wanted;
    let value = 0;
    for (let at = text.indexOf(lower); at >= 0; at = text.indexOf(lower, at)) {
      while (value + 1 < starts.length && (starts[value + 1] as number) <= at) value++;
      wanted[value + 1] = 1;
      if (value + 1 === starts.length) break;
      at = starts[value + 1] as number;
    }
    return wanted;
  }

  #joinedTexts(name: string, column: StringColumn): JoinedTexts {
    let joined = this.#joined.get(name);
    if (!joined) {
      const starts = new Uint32Array(column.values.size);
      const texts: string[] = [];
      let length = 0;
      for (let value = 0; value < starts.length; value++) {
        const text = column.values.idAt(value).toLowerCase();
        starts[value] = length;
        length += text.length + BOUNDARY.length;
        texts.push(text);
      }
      joined = { text: texts.join(BOUNDARY), starts };
      this.#joined.set(name, joined);
    }
    return joined;
  }

  /** The bitmap kept under a name, made and kept when it is not there. Nobody may change it. */
  kept(key: string, makeInto: (out: Bitmap) => void): Bitmap {
    const found = this.bitmaps.get(key);
    if (found) return found;
    const bitmap = emptyBitmap(this.rowCount);
    makeInto(bitmap);
    this.bitmaps.set(key, bitmap);
    return bitmap;
  }
}

/** Rows by tag, by counting. */
function invert({ offsets, codes, values }: TagsColumn, rowCount: number): Postings {
  const starts = new Uint32Array(values.size + 1);
  for (const code of codes) (starts[code + 1] as number)++;
  for (let value = 0; value < values.size; value++) (starts[value + 1] as number) += starts[value] as number;
  const rows = new Uint32Array(codes.length);
  const next = starts.slice();
  for (let row = 0; row < rowCount; row++) {
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      const code = codes[at] as number;
      rows[next[code] as number] = row;
      (next[code] as number)++;
    }
  }
  return { offsets: starts, rows };
}

/** Sets the bits of the rows of one tag. */
export function setPostings({ offsets, rows }: Postings, value: number, out: Bitmap): void {
  for (let at = offsets[value] as number; at < (offsets[value + 1] as number); at++)
    setBit(out, rows[at] as number);
}

const indexes = new WeakMap<Catalogue, CatalogueIndex>();

/** The index of a catalogue, which lives as long as the catalogue. */
export function indexOfCatalogue(catalogue: Catalogue): CatalogueIndex {
  let index = indexes.get(catalogue);
  if (!index) {
    index = new CatalogueIndex(catalogue);
    indexes.set(catalogue, index);
  }
  return index;
}
