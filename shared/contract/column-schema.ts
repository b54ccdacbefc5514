/** The columns of a project's item and user tables: what they are, and how somebody corrects them. */
import * as z from "zod";
import { columnProblem, columnType, MAX_COLUMN_NAME, MAX_SEPARATOR } from "./feature-columns.ts";
import { FEATURE_TYPES } from "./feature-types.ts";
import { integer } from "./field.ts";
import { MAX_TABLE_COLUMNS } from "./limits.ts";
import { rowId, timestamp } from "./primitives.ts";
import { TABLE_SIDES } from "./table-sides.ts";

/** What made a version: a file that was read, or somebody's correction. */
export const SCHEMA_ORIGINS = ["file", "correction"] as const;
/** What happens to columns that nobody has corrected. */
export const OTHER_COLUMNS = ["guessed", "ignored"] as const;

/** Of each side of a project; older ones are deleted. */
export const MAX_SCHEMA_VERSIONS = 100;

const name = z.string().min(1).max(MAX_COLUMN_NAME);

/**
 * A column as it is stored. `choice` is what somebody chose: a type, or "used", which is the guess, or a text where models do not
 * read what is guessed.
 */
export const schemaColumn = z.object({
  name,
  /** As the newest file that has it suggests; null before any. */
  guess: z.object(columnType).nullable(),
  choice: z.union([z.object(columnType), z.literal("used")]).nullable(),
  /** The newest file lacks it. */
  is_missing: z.boolean(),
});
export type SchemaColumn = z.infer<typeof schemaColumn>;
export type ColumnType = NonNullable<SchemaColumn["guess"]>;

const sentColumn = z.strictObject({
  name,
  type: z.enum(FEATURE_TYPES).nullable(),
  separator: z.string().min(1).max(MAX_SEPARATOR).nullish(),
  longitude: name.nullish(),
});

export interface SentColumn {
  readonly name: string;
  /** Null takes a correction back. */
  readonly choice: ColumnType | null;
}

const TYPES_TEXT = `The types are ${FEATURE_TYPES.join(", ")}.`;

/** Checks each column for itself, so that a problem names its column. */
const sentColumns = z
  .unknown()
  .transform((raw, context): readonly SentColumn[] => {
    const result = readColumns(raw);
    if (typeof result !== "string") return result;
    context.issues.push({ code: "custom", message: result, input: raw });
    return z.NEVER;
  })
  .meta({
    type: "array",
    maxItems: MAX_TABLE_COLUMNS,
    items: {
      type: "object",
      required: ["name", "type"],
      properties: {
        name: { type: "string", maxLength: MAX_COLUMN_NAME },
        type: { type: ["string", "null"], enum: [...FEATURE_TYPES, null] },
        separator: { type: ["string", "null"], maxLength: MAX_SEPARATOR },
        longitude: { type: ["string", "null"], maxLength: MAX_COLUMN_NAME },
      },
    },
  });

function readColumns(raw: unknown): readonly SentColumn[] | string {
  if (!Array.isArray(raw)) return "Must be a list of columns, each with name and type.";
  if (raw.length > MAX_TABLE_COLUMNS) return `Send at most ${MAX_TABLE_COLUMNS} columns.`;
  const columns: SentColumn[] = [];
  for (const [at, entry] of raw.entries()) {
    const column = readColumn(entry);
    if (typeof column === "string") return `${placeOf(entry, at)}: ${column}`;
    if (columns.some(({ name: other }) => other === column.name)) {
      return `${placeOf(entry, at)}: The list has this column twice.`;
    }
    columns.push(column);
  }
  return columns;
}

function placeOf(entry: unknown, at: number): string {
  const { name: named } = (entry ?? {}) as { readonly name?: unknown };
  return typeof named === "string" && named !== ""
    ? `"${named.slice(0, MAX_COLUMN_NAME)}"`
    : `Entry ${at + 1}`;
}

function readColumn(entry: unknown): SentColumn | string {
  const parsed = sentColumn.safeParse(entry);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const [field] = issue?.path ?? [];
    if (field === "type") {
      const { type } = entry as { readonly type?: unknown };
      return type === undefined
        ? `The type is missing. ${TYPES_TEXT}`
        : `${JSON.stringify(type)} is no type. ${TYPES_TEXT}`;
    }
    return field === undefined ? (issue?.message ?? "") : `${String(field)}: ${issue?.message ?? ""}`;
  }
  const { name: named, type, separator, longitude } = parsed.data;
  const own = { ...(separator && { separator }), ...(longitude && { longitude }) };
  if (type === null) {
    return Object.keys(own).length === 0
      ? { name: named, choice: null }
      : "Without a type there is no more to say.";
  }
  return columnProblem({ name: named, type, ...own }) ?? { name: named, choice: { type, ...own } };
}

const columnNames = z.union([z.array(name).max(MAX_TABLE_COLUMNS), name.transform((one) => [one])]);

/**
 * Corrections of columns by name; those that are not named stay as they are. Or AiREC's mapping: the columns of ids, of titles and
 * of features, all others ignored.
 */
export const columnsRequest = z.strictObject({
  /** The version that the correction is made from. If another one is there by now, nothing changes and the answer is 409. */
  version: integer({ min: 0 }).optional(),
  columns: sentColumns.optional(),
  other_columns: z.enum(OTHER_COLUMNS).optional(),
  item_id: name.optional(),
  item_title: name.nullish(),
  feature_cols: columnNames.optional(),
});
export type ColumnsRequest = z.infer<typeof columnsRequest>;

/** AiREC's mapping of a table of items. */
export interface ItemMapping {
  readonly item_id: string;
  readonly item_title: string | null;
  readonly feature_cols: readonly string[];
}

/** AiREC's mapping of interactions: `rating` weighs them. */
export const interactionMapping = z.strictObject({
  user_id: name,
  item_id: name,
  rating: name.nullish(),
});
export type InteractionMapping = z.infer<typeof interactionMapping>;

const shownColumn = z.object({
  name: z.string(),
  /** What models read it as; null while no file has been read that has it. */
  type: z.enum(FEATURE_TYPES).nullable(),
  separator: z.string().nullable(),
  longitude: z.string().nullable(),
  guessed_type: z.enum(FEATURE_TYPES).nullable(),
  is_corrected: z.boolean(),
  is_missing: z.boolean(),
});

export const schemaVersionResponse = z.object({
  version: z.number().int(),
  origin: z.enum(SCHEMA_ORIGINS),
  created_at: timestamp,
  id_column: z.string().nullable(),
  other_columns: z.enum(OTHER_COLUMNS),
  columns: z.array(shownColumn),
});
export type SchemaVersionResponse = z.infer<typeof schemaVersionResponse>;

/** Newest first. */
export const schemaVersionsResponse = z.object({ versions: z.array(schemaVersionResponse) });

export const columnsResponse = z.object({
  project: rowId,
  side: z.enum(TABLE_SIDES),
  /** 0 before any file or correction. */
  version: z.number().int(),
  /** The file that the samples are from. */
  metadata: rowId.nullable(),
  id_column: z.string(),
  other_columns: z.enum(OTHER_COLUMNS),
  columns: z.array(
    shownColumn.extend({
      /** One line about the type, for people. */
      type_text: z.string().nullable(),
      /** No file has it: applications wrote it (`/v1/items`, `/v1/users`). What follows is then counted over the written rows. */
      is_written: z.boolean(),
      /** The first different values, shortened; null where no file has been read that has the column. */
      samples: z.array(z.string()).nullable(),
      /** Rows with a value / all rows. */
      filled: z.number().min(0).max(1).nullable(),
      /** Different values, as in the report of the file. */
      distinct: z.number().int().nullable(),
    }),
  ),
  warnings: z.array(z.string()),
});
export type ColumnsResponse = z.infer<typeof columnsResponse>;
