/** Written items in the archive of a project. */
import * as z from "zod";
import { isStorableJson } from "./item-properties.ts";
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

/** Those that no file has, and mixed ones of files. */
const MAX_ARCHIVED_COLUMNS = 4 * MAX_WRITTEN_PROPERTIES;

const time = z.number().int().min(0).max(MAX_TIME_MS);

/** A line of a file of rows: the oldest change first. */
export const archiveItem = z.strictObject({
  item_id: z.string().min(1).max(MAX_ID_LENGTH),
  /** A JSON object, within the bounds of one in a request. */
  properties: z
    .string()
    .max(4 * MAX_ITEM_BYTES)
    .refine((text) => isStorableJson(text), "Properties are not a JSON object, or one that is too large."),
  is_partial: z.boolean(),
  state: z.enum(["shown", "hidden", "deleted"]),
  created_at: time,
  updated_at: time,
  /** A date among the properties may be long ago. */
  new_at: z.number().int().min(-MAX_TIME_MS).max(MAX_TIME_MS),
});
export type ArchiveItem = z.infer<typeof archiveItem>;

/** The columns of the properties; a property that is not among them has the type of its first value. */
export const archiveItemColumns = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(MAX_PROPERTY_NAME),
      type: z.enum(["string", "category", "tags", "number", "date", "boolean", "text", "object"]),
      /** Whether some values are of another type: they were written while a file gave the property that type. */
      is_mixed: z.literal(true).optional(),
    }),
  )
  .max(MAX_ARCHIVED_COLUMNS);
export type ArchiveItemColumn = z.infer<typeof archiveItemColumns>[number];
