import { z } from "zod";

/**
 * What ingestion tells about an uploaded file: the report of a readable one, and the texts for one that is not.
 * The texts that clients of Recotem know are kept word for word; what we add follows as a second sentence.
 */

export const FILE_FORMATS = ["csv", "tsv", "json", "ndjson", "jsonl"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

const COMPRESSION_SUFFIXES: readonly string[] = [".gz", ".gzip"];

/** Rejected rows are all counted, and this many are listed. */
export const REJECTED_ROWS_LISTED = 100;
/** Points of the popularity curve at most. */
export const POPULARITY_CURVE_POINTS = 100;
/** Most popular items listed in a report. */
export const TOP_ITEMS_LISTED = 20;

const count = z.number().int().nonnegative();

/** Which columns hold what: header names, or positions from 1 ("1", "2") in a file without a header. */
export const columnMapping = z.object({
  user: z.string(),
  item: z.string(),
  time: z.string().nullable(),
  weight: z.string().nullable(),
});
export type ColumnMapping = z.infer<typeof columnMapping>;

/** How the file was read, as found in its content. `delimiter` and `header` are null for JSON. */
export const detectedFormat = z.object({
  name: z.enum(["csv", "tsv", "json", "ndjson"]),
  gzip: z.boolean(),
  delimiter: z.string().nullable(),
  header: z.boolean().nullable(),
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
  users: count,
  items: count,
  /** Distinct (user, item) pairs. */
  interactions: count,
  /** Accepted rows that repeat a pair seen before: their weights are summed, the newest time is kept. */
  duplicates: count,
  /** Accepted rows of weight zero or below: their items count as seen and are not recommended to their users. */
  dislikes: count.optional(),
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

/** How much of the data a metadata file describes: of one file of training data, the newest when it was compared. */
export const metadataCoverage = z.object({
  /** Id of the training data. */
  data: count,
  /** Items (or users) in it. */
  ids: count,
  /** How many of them have metadata. */
  described: count,
  /** Shows ids of both sides when few fit. */
  warning: z.string().nullable(),
});
export type MetadataCoverage = z.infer<typeof metadataCoverage>;

/** What was found in a file of item or user metadata. */
export const metadataReport = z.object({
  rows: count,
  /** Items, or users, with metadata. */
  items: count,
  /** Rows of an item that had one before; the first is kept. */
  duplicates: count,
  rejected_rows: count,
  rejected: z.array(rejectedRow).max(REJECTED_ROWS_LISTED),
  /** Columns beside the id. A column of delimited text is numbers only if every cell is; JSON values stay as they are written. */
  columns: z.array(z.object({ name: z.string(), kind: z.enum(["number", "text", "as written"]) })),
  format: detectedFormat,
  /** Null while there is no data to compare with. */
  coverage: metadataCoverage.nullable(),
  warnings: z.array(z.string()),
});
export type MetadataReport = z.infer<typeof metadataReport>;

export const EMPTY_FILE_TEXT = "The submitted file is empty.";
export const HEADER_ONLY_TEXT = "The submitted file has a header but no rows.";

export function columnNotFoundText(column: string): string {
  return `Column "${column}" not found in the upload file.`;
}

export function notADatetimeText(column: string): string {
  return `Could not interpret "${column}" as datetime.`;
}

/** `suffix` comes with its dot, as in `.csv`. */
export function parseFailureText(name: string, suffix: string): string {
  return `Failed to parse ${name} as ${suffix} file.`;
}

/** Suffixes of a file name with their dots (`.csv`, `.gz`); a leading or trailing dot does not begin one. */
export function suffixesOf(name: string): string[] {
  const base = name.slice(name.lastIndexOf("/") + 1).replace(/^\.+/, "");
  if (base.endsWith(".")) return [];
  return base
    .split(".")
    .slice(1)
    .map((suffix) => `.${suffix}`);
}

/** What a file name promises; `format` is null when it promises nothing we know. */
export function formatOfName(name: string): { format: FileFormat | null; suffix: string; gzip: boolean } {
  const suffixes = suffixesOf(name);
  const gzip = COMPRESSION_SUFFIXES.includes(suffixes.at(-1) ?? "");
  const suffix = (gzip ? suffixes.at(-2) : suffixes.at(-1)) ?? "";
  const format = FILE_FORMATS.find((known) => `.${known}` === suffix) ?? null;
  return { format, suffix, gzip };
}

/** What is wrong with the name of an uploaded file, in Recotem's words; null when nothing is. Case matters, as there. */
export function checkFileName(name: string): string | null {
  const suffixes = suffixesOf(name);
  const last = suffixes.at(-1);
  if (last === undefined) return "Suffix like .csv or .json.gzip required.";
  if (suffixes.length > 2) return `Suffix ${last} not supported.`;
  if (suffixes.length === 2 && !COMPRESSION_SUFFIXES.includes(last)) {
    return "Only .gzip or .gz compression are supported.";
  }
  const suffix = suffixes[0] as string;
  if (FILE_FORMATS.some((format) => `.${format}` === suffix)) return null;
  const supported = FILE_FORMATS.map((format) => `.${format}`).join("/");
  return `${suffix} file not supported. Supported file formats are ${supported} with gzip compression (.gz/.gzip).`;
}
