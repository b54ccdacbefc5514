/** Conditions over columns of text, tags and categories, as bits by row. */
import { andInto, type Bitmap, clearPadding, orInto, setBit } from "../catalogue/bitmap.ts";
import { type Column, ID_COLUMN, type StringColumn, type TagsColumn } from "../catalogue/column.ts";
import { type CatalogueIndex, setPostings } from "./catalogue-index.ts";

/** For more values than this one pass over the rows is cheaper than a kept bitmap for each. */
const MAX_KEPT_VALUES = 8;

/** Rows whose text is one of the values. */
export function inTextsInto(
  index: CatalogueIndex,
  name: string,
  texts: readonly string[],
  out: Bitmap,
): void {
  const column = stringColumn(index.column(name));
  out.fill(0);
  if (!column) return;
  const codes = new Set<number>();
  for (const text of texts) codes.add(column.values.indexOf(text) + 1);
  codes.delete(0);
  if (name === ID_COLUMN) {
    for (const code of codes) setBit(out, code - 1);
  } else if (codes.size <= MAX_KEPT_VALUES) {
    for (const code of codes) orInto(out, rowsWithCode(index, name, column, code));
  } else {
    const wanted = new Uint8Array(column.values.size + 1);
    for (const code of codes) wanted[code] = 1;
    wantedInto(column.codes, wanted, out);
  }
}

function stringColumn(column: Column | null): StringColumn | null {
  return column?.type === "string" || column?.type === "category" ? column : null;
}

function rowsWithCode(index: CatalogueIndex, name: string, column: StringColumn, code: number): Bitmap {
  return index.kept(`${JSON.stringify(name)}#${code}`, (out) => {
    const { codes } = column;
    for (let row = 0; row < codes.length; row++) if (codes[row] === code) setBit(out, row);
  });
}

/** Rows whose code is marked, four a turn without branches, as in compare-rows.ts. */
function wantedInto(codes: Uint32Array, wanted: Uint8Array, out: Bitmap): void {
  for (let word = 0; word < out.length; word++) {
    let bits = 0;
    const start = word * 32;
    const count = Math.min(32, codes.length - start);
    for (let bit = 0; bit < count; bit++) bits |= (wanted[codes[start + bit] as number] as number) << bit;
    out[word] = bits;
  }
}

/** Rows where two columns hold the same text. */
export function sameTextInto(index: CatalogueIndex, left: string, right: string, out: Bitmap): void {
  const [first, second] = [stringColumn(index.column(left)), stringColumn(index.column(right))];
  out.fill(0);
  if (!first || !second) return;
  // The code in the second column of each text of the first one; 0 where it has none.
  const translated = new Uint32Array(first.values.size + 1);
  for (let value = 0; value < first.values.size; value++) {
    translated[value + 1] = second.values.indexOf(first.values.idAt(value)) + 1;
  }
  for (let row = 0; row < index.rowCount; row++) {
    const code = translated[first.codes[row] as number] as number;
    if (code > 0 && code === second.codes[row]) setBit(out, row);
  }
}

/** Rows whose text contains a part, ignoring case. */
export function hasPartInto(index: CatalogueIndex, name: string, part: string, out: Bitmap): void {
  const column = stringColumn(index.column(name));
  out.fill(0);
  if (column) wantedInto(column.codes, index.codesWithPart(name, column, part), out);
}

/** Rows whose tags or category levels hold any, or all, of the values. No row holds all of no values. */
export function hasTagsInto(
  index: CatalogueIndex,
  name: string,
  { texts, isAll }: { texts: readonly string[]; isAll: boolean },
  out: Bitmap,
): void {
  const column = index.column(name);
  out.fill(isAll && column && texts.length > 0 ? 0xffffffff : 0);
  if (!column || column.type === "string") return;
  for (const text of texts) {
    const rows = rowsWithTag(index, name, column, text);
    if (rows && isAll) andInto(out, rows);
    else if (rows) orInto(out, rows);
    else if (isAll) out.fill(0);
  }
  clearPadding(out, index.rowCount);
}

/** Null when no item has the value. */
function rowsWithTag(index: CatalogueIndex, name: string, column: Column, text: string): Bitmap | null {
  if (column.type === "category") {
    return index.kept(`${JSON.stringify(name)}/${text}`, (out) => underInto(column, text, out));
  }
  if (column.type !== "tags") return null;
  const value = column.values.indexOf(text);
  return value < 0 ? null : rowsWithValue(index, name, column, value);
}

function rowsWithValue(index: CatalogueIndex, name: string, column: TagsColumn, value: number): Bitmap {
  return index.kept(`${JSON.stringify(name)}#${value}`, (out) => {
    setPostings(index.postings(name, column), value, out);
  });
}

/** Rows whose category is this path or lies below it. */
function underInto({ codes, values, separator }: StringColumn, path: string, out: Bitmap): void {
  const wanted = new Uint8Array(values.size + 1);
  for (let value = 0; value < values.size; value++) {
    const category = values.idAt(value);
    if (category === path || category.startsWith(path + separator)) wanted[value + 1] = 1;
  }
  wantedInto(codes, wanted, out);
}

/** Rows that have a value in the column. */
export function presentInto(index: CatalogueIndex, name: string, out: Bitmap): void {
  const column = index.column(name);
  out.fill(0);
  if (!column) return;
  for (let row = 0; row < index.rowCount; row++) if (hasValue(column, row)) setBit(out, row);
}

function hasValue(column: Column, row: number): boolean {
  switch (column.type) {
    case "string":
    case "category":
      return (column.codes[row] as number) > 0;
    case "tags":
      return (column.offsets[row + 1] as number) > (column.offsets[row] as number);
    case "number":
    case "date":
      return !Number.isNaN(column.values[row]);
    case "boolean":
    case "text":
      return (column.values[row] as number) > 0;
  }
}
