/** PostgreSQL sources: tables of an application's database that a project reads as events, items and users. */
import * as z from "zod";
import { EVENT_TYPE_FORM, EVENT_TYPE_TEXT } from "./event-type.ts";
import { boolean, choice, integer, reference, text } from "./field.ts";
import { name256, rowId, timestamp } from "./primitives.ts";

/** The longest name in PostgreSQL, in bytes. */
const MAX_IDENTIFIER = 63;
const MAX_TABLES = 20;
const MAX_PROPERTIES = 50;
const MAX_MINUTES = 1_440;
/** The connection of a deployment that has one. */
export const DEFAULT_CONNECTION = "default";

const column = () => text({ max: MAX_IDENTIFIER, trim: false });
/** `table` or `schema.table`. */
const tableName = () => text({ max: 2 * MAX_IDENTIFIER + 1, trim: false });

/** A table whose rows are events. */
const interactionTable = z.strictObject({
  table: tableName(),
  /** Has another value in each row: an event of it counts once, however often it is read. */
  key_column: column(),
  user_column: column(),
  item_column: column(),
  /** Grows from row to row: a time, or a number. Rows are read in its order, from where the last reading ended. */
  cursor_column: column(),
  /** When it happened; by default the cursor if it is a time. */
  time_column: column().nullish(),
  /** The `value` of the event. */
  value_column: column().nullish(),
  /** The type of all events of the table. */
  event_type: text({ max: 64, pattern: { test: EVENT_TYPE_FORM, message: EVENT_TYPE_TEXT } }).nullish(),
  /** Has the type of each event. */
  event_type_column: column().nullish(),
});

const property = z.strictObject({
  /** By default the name of the column. */
  name: text({ max: 256 }).nullish(),
  column: column(),
  /** Inside of a JSON column: the names that lead to the value. */
  path: z
    .array(text({ max: 256, trim: false }))
    .max(8)
    .nullish(),
});

/** A property whose values are rows of another table, such as the communities that a user follows. */
const listProperty = z.strictObject({
  name: text({ max: 256 }),
  table: tableName(),
  /** Has the id of the item or user. */
  owner_column: column(),
  value_column: column(),
  /** Only rows where it is true. */
  where_column: column().nullish(),
  key_column: column(),
  cursor_column: column(),
});

/** A table whose rows are items or users. */
const describedTable = z.strictObject({
  table: tableName(),
  /** Has the ids. */
  key_column: column(),
  cursor_column: column(),
  properties: z.array(property).max(MAX_PROPERTIES).default([]),
  lists: z.array(listProperty).max(MAX_TABLES).default([]),
});

export const POSTGRES_PRESETS = ["kpop"] as const;

export const postgresSourceRequest = z.strictObject({
  project: reference(),
  name: text({ max: 256 }),
  /** One of the deployment's connections. */
  connection: text({ max: 64 }).default(DEFAULT_CONNECTION),
  /** Tables of a known application; the three parts of the mapping are then left out. */
  preset: choice(POSTGRES_PRESETS).nullish(),
  interactions: z.array(interactionTable).max(MAX_TABLES).nullish(),
  items: describedTable.nullish(),
  users: describedTable.nullish(),
  /** How often it is read; null: on request only. */
  every_minutes: integer({ min: 1, max: MAX_MINUTES }).nullish(),
  is_enabled: boolean().default(true),
});
export type PostgresSourceRequest = z.infer<typeof postgresSourceRequest>;
export type InteractionTable = z.infer<typeof interactionTable>;
export type DescribedTable = z.infer<typeof describedTable>;
export type SourceProperty = z.infer<typeof property>;
export type ListProperty = z.infer<typeof listProperty>;

/** What a source reads. */
export const sourceMapping = z.object({
  interactions: z.array(interactionTable),
  items: describedTable.nullable(),
  users: describedTable.nullable(),
});
export type SourceMapping = z.infer<typeof sourceMapping>;

export const SOURCE_STATES = ["IDLE", "READING", "FAILED"] as const;

/** What has been read so far. */
export const sourceCounts = z.object({
  /** Events that were taken. */
  events: z.number().int().nonnegative(),
  /** Rows that had been read before. */
  repeated: z.number().int().nonnegative(),
  /** How often an item or user was written. */
  items: z.number().int().nonnegative(),
  users: z.number().int().nonnegative(),
  /** Rows that could not be taken. */
  rejected: z.number().int().nonnegative(),
});
export type SourceCounts = z.infer<typeof sourceCounts>;

/** A row that could not be taken. */
export const rejectedSourceRow = z.object({ table: z.string(), key: z.string(), reason: z.string() });
export type RejectedSourceRow = z.infer<typeof rejectedSourceRow>;

export const postgresSourceResponse = z.object({
  id: rowId,
  project: rowId,
  name: name256,
  connection: z.string(),
  preset: z.enum(POSTGRES_PRESETS).nullable(),
  ...sourceMapping.shape,
  every_minutes: z.number().int().nullable(),
  is_enabled: z.boolean(),
  status: z.enum(SOURCE_STATES),
  /** Of the last reading; null if it went well. */
  error: z.string().nullable(),
  counts: sourceCounts,
  /** The first rows that could not be taken. */
  rejected: z.array(rejectedSourceRow),
  last_read_at: timestamp.nullable(),
  next_read_at: timestamp.nullable(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type PostgresSourceResponse = z.infer<typeof postgresSourceResponse>;
