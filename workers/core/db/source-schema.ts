/** The table of PostgreSQL sources. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import {
  POSTGRES_PRESETS,
  type RejectedSourceRow,
  SOURCE_STATES,
  type SourceCounts,
  type SourceMapping,
} from "#contract/postgres-source.ts";
import { createdAt, flag, id, json, leaseUntil, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";

/** How far a table has been read: the last row in the order of its cursor and key, as texts of PostgreSQL. */
export interface ReadUpTo {
  readonly cursor: string;
  readonly key: string;
}

/** By the name of the stream. */
export type SourceProgress = Readonly<Record<string, ReadUpTo>>;

export const postgresSource = sqliteTable(
  "postgres_source",
  {
    id: id(),
    projectId: projectId(),
    name: text("name").notNull(),
    connection: text("connection").notNull(),
    preset: text("preset", { enum: POSTGRES_PRESETS }),
    mapping: json<SourceMapping>("mapping").notNull(),
    everyMinutes: integer("every_minutes"),
    isEnabled: flag("is_enabled").notNull(),
    status: text("status", { enum: SOURCE_STATES }).notNull().default("IDLE"),
    error: text("error"),
    progress: json<SourceProgress>("progress").notNull(),
    counts: json<SourceCounts>("counts").notNull(),
    rejected: json<RejectedSourceRow[]>("rejected").notNull(),
    lastReadAt: integer("last_read_at"),
    /** Null: on request only. */
    nextReadAt: integer("next_read_at"),
    leaseUntil: leaseUntil(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("postgres_source_name").on(table.projectId, table.name),
    index("postgres_source_due").on(table.isEnabled, table.nextReadAt),
  ],
);
