/** The table of items or users that models learn from: rows of a file, with what applications wrote over them. Pure. */

import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { TableSide } from "#contract/table-sides.ts";
import type { MetadataReader } from "#engine/data/item-metadata.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { columnsInUse, schemaWithWritten, type TableSchema } from "#engine/features/table-schema.ts";
import { describedUser } from "../event-shard/user-properties.ts";
import { describedItem } from "./described-item.ts";
import type { PackedShelf, ShelfEntry } from "./packed-shelf.ts";

/** A table by row. Deleted items have none; hidden ones have theirs. */
export interface WrittenTable {
  /** Every row once. Parses each when it is reached. */
  rows(): Iterable<FeatureRow>;
  /** The row of an item or user; null without one. */
  find(id: string): FeatureRow | null;
  /** Written rows alone: what a file lacks of them is guessed from these. */
  written(): Iterable<FeatureRow>;
  /** Of the file; empty without one. */
  readonly fileColumns: readonly string[];
}

/** What a written row says itself, without nulls; null for a deleted item. */
export function writtenValues({
  properties,
  state,
}: Pick<ShelfEntry, "properties" | "state">): FeatureRow | null {
  if (state === "deleted") return null;
  const all = Object.entries(JSON.parse(properties) as FeatureRow);
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/**
 * A row is what serving knows of the item or user, by the same functions.
 *
 * @param file    Null without one.
 * @param written Null where nothing was written.
 */
export function writtenTable(
  side: TableSide,
  file: MetadataReader | null,
  written: PackedShelf | null,
): WrittenTable {
  const joined = (entry: ShelfEntry | null, ofFile: Record<string, unknown> | null): FeatureRow | null => {
    if (entry === null) return ofFile;
    return side === "item" ? describedItem(entry, ofFile) : describedUser(entry, ofFile);
  };
  const entryOf = (id: string) => written?.find(id) ?? null;
  return {
    fileColumns: file?.columns ?? [],
    find: (id) => joined(entryOf(id), file?.find(id) ?? null),
    *rows() {
      for (const { itemId, properties } of file?.records() ?? []) {
        const row = joined(entryOf(itemId), properties);
        if (row) yield row;
      }
      for (const entry of entriesOf(written)) {
        if (file && file.itemIds.indexOf(entry.itemId) >= 0) continue;
        const row = joined(entry, null);
        if (row) yield row;
      }
    },
    *written() {
      for (const entry of entriesOf(written)) {
        const values = writtenValues(entry);
        if (values) yield values;
      }
    },
  };
}

function* entriesOf(written: PackedShelf | null): Iterable<ShelfEntry> {
  for (let at = 0; at < (written?.size ?? 0); at++) yield (written as PackedShelf).at(at);
}

/**
 * The columns that models read: those of the file, and those that only written rows have.
 *
 * @param ofFile  As models read them.
 * @param written Guesses from all written rows.
 * @param schema  What somebody chose.
 */
export function columnsOfTable(
  { fileColumns }: Pick<WrittenTable, "fileColumns">,
  ofFile: readonly FeatureColumn[],
  written: readonly FeatureColumn[],
  schema: TableSchema,
): FeatureColumn[] {
  const names = new Set(fileColumns);
  const added = written.filter(({ name }) => !names.has(name));
  const chosen = { ...schema, columns: schema.columns.filter(({ name }) => !names.has(name)) };
  return [...ofFile, ...columnsInUse(schemaWithWritten(chosen, false, added))];
}
