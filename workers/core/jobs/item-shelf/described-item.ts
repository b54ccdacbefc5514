import type { ShelfEntry } from "./packed-shelf.ts";

type Properties = Record<string, unknown>;

/**
 * The properties of an item: those of its row, over those of the uploaded metadata if the row is partial. Null for an item that
 * neither has, and for a deleted one.
 */
export function describedItem(
  row: Pick<ShelfEntry, "properties" | "isPartial" | "state"> | null,
  ofFile: Properties | null,
): Properties | null {
  if (!row) return ofFile;
  if (row.state === "deleted") return null;
  const written = JSON.parse(row.properties) as Properties;
  if (!row.isPartial) return written;
  const all = { ...ofFile, ...written };
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== null || !Object.hasOwn(written, name)),
  );
}
