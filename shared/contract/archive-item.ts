/** Written items in the archive of a project. */
import * as z from "zod";
import {
  MAX_ID_LENGTH,
  MAX_ITEM_BYTES,
  MAX_PROPERTY_NAME,
  MAX_TIME_MS,
  MAX_WRITTEN_PROPERTIES,
} from "./limits.ts";

/** Their file of columns, and the beginning of the names of their files of rows. */
export const ITEM_COLUMNS_NAME = "items/columns.json";
export const ITEM_ROWS_PREFIX = "items/rows-";

const time = z.number().int().min(-MAX_TIME_MS).max(MAX_TIME_MS);

/** A line of a file of rows: the oldest change first. */
export const archiveItem = z.strictObject({
  item_id: z.string().min(1).max(MAX_ID_LENGTH),
  properties: z
    .string()
    .max(4 * MAX_ITEM_BYTES)
    .refine(isObject, "Properties are not a JSON object."),
  is_partial: z.boolean(),
  state: z.enum(["shown", "hidden", "deleted"]),
  created_at: time,
  updated_at: time,
  new_at: time,
});
export type ArchiveItem = z.infer<typeof archiveItem>;

export const archiveItemColumns = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(MAX_PROPERTY_NAME),
      type: z.enum(["string", "category", "tags", "number", "date", "boolean", "text", "object"]),
    }),
  )
  .max(MAX_WRITTEN_PROPERTIES);

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
