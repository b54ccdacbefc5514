/** The table of projects, and the column for rows in a project. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { EventSettings } from "#contract/event-settings.ts";
import type { ReadingSettings } from "#contract/reading.ts";
import type { TrafficSettings } from "#contract/traffic.ts";
import { account } from "./account-schema.ts";
import { createdAt, id, json, updatedAt } from "./columns.ts";

export const project = sqliteTable(
  "project",
  {
    id: id(),
    ownerId: integer("owner_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    userColumn: text("user_column").notNull(),
    itemColumn: text("item_column").notNull(),
    timeColumn: text("time_column"),
    weightColumn: text("weight_column"),
    eventTypeColumn: text("event_type_column"),
    /** Origins whose pages may ask for recommendations by browser. */
    allowedOrigins: json<string[] | null>("allowed_origins").notNull().default(sql`'[]'`),
    /** How files are read, as far as it is set. */
    reading: json<ReadingSettings>("reading"),
    /** How requests are spread over slots and what is written of answers, as far as it is set. */
    traffic: json<TrafficSettings>("traffic"),
    /** What counts as seen, and how much an event counts; null for the defaults. */
    eventSettings: json<EventSettings>("event_settings"),
    /** The highest version number of deleted models; see `next-version.ts`. */
    deletedVersion: integer("deleted_version").notNull().default(0),
    /** When it was deleted: from then on nothing shows or serves it, and its data are erased. */
    deletedAt: integer("deleted_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("project_owner_name").on(table.ownerId, table.name).where(sql`deleted_at is null`),
    index("project_owner").on(table.ownerId, table.id),
    index("project_deleted").on(table.deletedAt).where(sql`deleted_at is not null`),
  ],
);

export const projectId = () =>
  integer("project_id")
    .notNull()
    .references(() => project.id, { onDelete: "cascade" });
