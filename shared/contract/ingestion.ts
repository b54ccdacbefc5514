import * as z from "zod";
import { columnType } from "./feature-columns.ts";

/**
 * What ingestion reports about an uploaded file: the report of a readable one, and the texts for an unreadable one. Texts that
 * Recotem's clients know stay word for word; our additions follow as a second sentence.
 */

/** All rejected rows are counted; this number of them is listed. */
export const REJECTED_ROWS_LISTED = 100;
/** Largest number of points of the popularity curve. */
export const POPULARITY_CURVE_POINTS = 100;
/** Number of most popular items in a report. */
export const TOP_ITEMS_LISTED = 20;

const count = z.number().int().nonnegative();

/** The column of each role: header names, or positions from 1 ("1", "2") in a file without a header. */
export const columnMapping = z.object({
  user: z.string(),
  item: z.string(),
  time: z.string().nullable(),
  weight: z.string().nullable(),
  /** The column with event types, if there is one. */
  event: z.string().optional(),
  /** The column with the ids of sessions, if there is one. */
  session: z.string().optional(),
});
export type ColumnMapping = z.infer<typeof columnMapping>;

/**
 * The format that was found in the content. All fields except `name` and `gzip` are null for JSON. A delimiter of one blank
 * stands for any number of blanks and tabs. The reasons say how each was found; reports of earlier versions have none.
 */
export const detectedFormat = z.object({
  name: z.enum(["csv", "tsv", "json", "ndjson"]),
  gzip: z.boolean(),
  delimiter: z.string().nullable(),
  delimiter_reason: z.string().nullable().default(null),
  header: z.boolean().nullable(),
  header_reason: z.string().nullable().default(null),
});
export type DetectedFormat = z.infer<typeof detectedFormat>;

/** `line` is the line of a text file where the row begins, or the number of the record (from 1) in a `.json` file. */
export const rejectedRow = z.object({ line: count, reason: z.string() });
export type RejectedRow = z.infer<typeof rejectedRow>;

export const ingestionReport = z.object({
  rows: count,
  accepted_rows: count,
  rejected_rows: count,
  rejected: z.array(rejectedRow).max(REJECTED_ROWS_LISTED),
  /** Rows with a rating lower than a like of the project; absent if there are none. They are neither accepted nor rejected. */
  left_out_rows: count.optional(),
  /** Rejected rows whose user or item is a word for nothing, such as NA or NULL. */
  missing_ids: count.default(0),
  /** Ids of accepted rows with blanks, control characters or invisible marks, which were removed. */
  trimmed_ids: count.default(0),
  users: count,
  items: count,
  /** Distinct (user, item) pairs. */
  interactions: count,
  /** Accepted rows that repeat a known pair: their weights are summed, the newest time is kept. */
  duplicates: count,
  /** Accepted rows of weight zero or below: their items count as seen and are not recommended to their users. */
  dislikes: count.optional(),
  /** Sessions of all users; absent without times, and in reports of earlier versions. */
  sessions: count.optional(),
  /** Bytes that the dataset takes in memory; absent in reports of earlier versions. */
  held_bytes: count.optional(),
  /** interactions / (users × items). */
  density: z.number().min(0).max(1),
  first_at: z.iso.datetime().nullable(),
  last_at: z.iso.datetime().nullable(),
  popularity: z.object({
    /** Element i of n: share of the interactions held by the most popular (i + 1) / n of the items. */
    curve: z.array(z.number().min(0).max(1)).max(POPULARITY_CURVE_POINTS),
    top_items: z.array(z.object({ item_id: z.string(), count })).max(TOP_ITEMS_LISTED),
  }),
  interactions_per_user: z.object({
    min: count,
    median: z.number(),
    mean: z.number(),
    max: count,
  }),
  format: detectedFormat,
  columns: columnMapping,
  warnings: z.array(z.string()),
});
export type IngestionReport = z.infer<typeof ingestionReport>;

/** How much of the data a metadata file describes, compared with the newest file of training data at that time. */
export const metadataCoverage = z.object({
  /** Id of the training data. */
  data: count,
  /** Items (or users) in it. */
  ids: count,
  /** How many of them have metadata. */
  described: count,
  /** Shows ids of both sides when few match, or some are written in another form. */
  warning: z.string().nullable(),
});
export type MetadataCoverage = z.infer<typeof metadataCoverage>;

/** The report of a file of item or user metadata. */
export const metadataReport = z.object({
  rows: count,
  /** Items, or users, with metadata. */
  items: count,
  /** Rows of an item that already had one; the first is kept. */
  duplicates: count,
  rejected_rows: count,
  rejected: z.array(rejectedRow).max(REJECTED_ROWS_LISTED),
  /** The column of the ids, by name or position; reports of earlier versions have none. */
  id_column: z.string().optional(),
  /** All columns except the id. A column of delimited text is numeric only if every cell is; JSON values stay as written. */
  columns: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(["number", "text", "as written"]),
      /** What models would read the column as, from all of its values; reports of earlier versions have none of these four. */
      guess: z.object(columnType).optional(),
      /** Rows with a value / all rows. */
      filled: z.number().min(0).max(1).optional(),
      /** Different values; of more than 16,384, where some come more than once, an estimate. */
      distinct: count.optional(),
      /** The first different values, shortened. */
      samples: z.array(z.string()).optional(),
    }),
  ),
  format: detectedFormat,
  /** Null while there is no data to compare with. */
  coverage: metadataCoverage.nullable(),
  warnings: z.array(z.string()),
});
export type MetadataReport = z.infer<typeof metadataReport>;

export const EMPTY_FILE_TEXT = "The submitted file is empty.";
/** A warning of a report: the upload's form had no closing boundary and its request no length. */
export const FORM_HAD_NO_END_TEXT =
  "The form had no end, and its request no length, so the file may be incomplete. Check its last rows.";
export const HEADER_ONLY_TEXT = "The submitted file has a header but no rows.";

export function columnNotFoundText(column: string): string {
  return `Column "${column}" not found in the upload file.`;
}

export function notADatetimeText(column: string): string {
  return `Could not interpret "${column}" as datetime.`;
}

/** `suffix` includes its dot, as in `.csv`. */
export function parseFailureText(name: string, suffix: string): string {
  return `Failed to parse ${name} as ${suffix} file.`;
}
