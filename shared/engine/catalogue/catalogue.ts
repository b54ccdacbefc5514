/** The properties of all items as typed columns by row, for rules. A catalogue never changes; a change makes another one. */
import type { IdMap } from "../data/id-map.ts";
import { EngineError } from "../engine-error.ts";
import { type Bitmap, clearBit, emptyBitmap, setBit } from "./bitmap.ts";
import { parseCell, WRONG_CELL } from "./cell.ts";
import { type Column, type ColumnSchema, ID_COLUMN } from "./column.ts";
import { columnWriter } from "./column-writer.ts";
import { GrowingDictionary } from "./growing-dictionary.ts";
import { ColumnInference } from "./infer-columns.ts";

export interface Catalogue {
  /** The id of each row. Rows of items keep their numbers in every catalogue that comes from this one. */
  readonly itemIds: IdMap;
  readonly schema: readonly ColumnSchema[];
  readonly columns: ReadonlyMap<string, Column>;
  /** Items that nobody may get. */
  readonly hidden: Bitmap;
}

/** An item as it is given: what `properties` do not name has no value. */
export interface CatalogueItem {
  readonly itemId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly isHidden?: boolean;
  /** What `properties` do not name stays as it is in the catalogue that is changed. */
  readonly isPartial?: boolean;
}

/** A catalogue, and how many values did not fit their columns and were dropped. */
export interface BuiltCatalogue {
  readonly catalogue: Catalogue;
  readonly dropped: ReadonlyMap<string, number>;
}

/** A catalogue without items and columns. */
export function emptyCatalogue(): Catalogue {
  return {
    itemIds: new GrowingDictionary(null).finish(),
    schema: [],
    columns: new Map(),
    hidden: emptyBitmap(0),
  };
}

/**
 * Builds a catalogue from items, which are read twice; the last of several items with one id counts.
 *
 * @param schema  The columns; by default they are inferred from the values (see `ColumnInference`).
 */
export function buildCatalogue(
  items: Iterable<CatalogueItem>,
  schema: readonly ColumnSchema[] = inferSchema(items),
): BuiltCatalogue {
  checkSchema(schema);
  return changeCatalogue({ ...emptyCatalogue(), schema }, items);
}

/**
 * A catalogue with items added, replaced as a whole, or changed in part. The given one stays unchanged. Columns that its schema has
 * and it has not begin without values. Costs a copy of every column, milliseconds for 40,000 items.
 */
export function changeCatalogue(catalogue: Catalogue, items: Iterable<CatalogueItem>): BuiltCatalogue {
  const ids = new GrowingDictionary(catalogue.itemIds);
  const changes = new Map<number, CatalogueItem>();
  for (const item of items) changes.set(ids.intern(item.itemId), item);
  const rowCount = ids.size;
  const columns = new Map<string, Column>();
  const dropped = new Map<string, number>();
  for (const column of catalogue.schema) {
    const writer = columnWriter(column, rowCount, catalogue.columns.get(column.name) ?? null);
    for (const [row, item] of changes) {
      if (item.isPartial && !Object.hasOwn(item.properties, column.name)) continue;
      const cell = parseCell(column, ownValue(item.properties, column.name));
      if (cell === WRONG_CELL) dropped.set(column.name, (dropped.get(column.name) ?? 0) + 1);
      writer.set(row, cell === WRONG_CELL ? null : cell);
    }
    columns.set(column.name, writer.finish());
  }
  const hidden = emptyBitmap(rowCount);
  hidden.set(catalogue.hidden);
  for (const [row, { isHidden }] of changes) (isHidden ? setBit : clearBit)(hidden, row);
  return { catalogue: { itemIds: ids.finish(), schema: catalogue.schema, columns, hidden }, dropped };
}

/** Items without properties for the ids that a catalogue lacks. */
export function missingItems(catalogue: Catalogue, itemIds: IdMap): CatalogueItem[] {
  const missing: CatalogueItem[] = [];
  for (let index = 0; index < itemIds.size; index++) {
    const itemId = itemIds.idAt(index);
    if (catalogue.itemIds.indexOf(itemId) < 0) missing.push({ itemId, properties: {} });
  }
  return missing;
}

/** The row of each id of a map, −1 where the catalogue has none. */
export function rowsOf(catalogue: Catalogue, itemIds: IdMap): Int32Array {
  const rows = new Int32Array(itemIds.size);
  for (let index = 0; index < rows.length; index++) {
    rows[index] = catalogue.itemIds.indexOf(itemIds.idAt(index));
  }
  return rows;
}

function inferSchema(items: Iterable<CatalogueItem>): ColumnSchema[] {
  const inference = new ColumnInference();
  for (const { properties } of items) inference.add(properties);
  return inference.finish();
}

/** Throws BAD_PARAMETER for a column named twice, without a name, or like the id. */
function checkSchema(schema: readonly ColumnSchema[]): void {
  const names = new Set<string>();
  for (const { name } of schema) {
    if (name === "" || name === ID_COLUMN || names.has(name)) {
      const reason = names.has(name) ? "is there twice" : "is not a name for a column";
      throw new EngineError("BAD_PARAMETER", `"${name}" ${reason}.`);
    }
    names.add(name);
  }
}

function ownValue(properties: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
