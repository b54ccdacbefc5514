/** Requests to delete something, and their progress. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { DeletionReport } from "#contract/deletion.ts";
import { createdAt, flag, id, json, leaseUntil, updatedAt } from "./columns.ts";

/** It refers to deleted rows by number only, and outlives them: the report can be read when everything else is gone. */
export const deletion = sqliteTable(
  "deletion",
  {
    id: id(),
    kind: text("kind", { enum: ["PROJECT", "ACCOUNT", "PERSON", "IMPORT"] }).notNull(),
    /** The project to delete; null for an account. */
    projectId: integer("project_id"),
    /** The owner of the data. */
    ownerId: integer("owner_id").notNull(),
    requestedBy: integer("requested_by").notNull(),
    /** The user id to erase; null once that is done. */
    subject: text("subject"),
    status: text("status", { enum: ["RUNNING", "COMPLETED"] })
      .notNull()
      .default("RUNNING"),
    report: json<DeletionReport>("report").notNull(),
    leaseUntil: leaseUntil(),
    /** At the last attempt it had to wait for another deletion or failed: other requests go first. */
    isWaiting: flag("is_waiting").notNull().default(false),
    /** The time of the last look for objects from late workers; null until everything else is deleted. */
    sweepAt: integer("sweep_at"),
    completedAt: integer("completed_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("deletion_status").on(table.status),
    index("deletion_owner").on(table.ownerId, table.id),
    index("deletion_project").on(table.projectId),
  ],
);

/** A file or model that is searched for a user. */
export const deletionItem = sqliteTable(
  "deletion_item",
  {
    id: id(),
    deletionId: integer("deletion_id")
      .notNull()
      .references(() => deletion.id, { onDelete: "cascade" }),
    source: text("source", { enum: ["training_data", "user_meta_data", "trained_model"] }).notNull(),
    rowId: integer("row_id").notNull(),
    /** FORGOTTEN: the job that searched it, and that knew the user id, is erased, too. */
    state: text("state", { enum: ["OPEN", "FAILED", "DONE", "FORGOTTEN"] })
      .notNull()
      .default("OPEN"),
  },
  (table) => [uniqueIndex("deletion_item_row").on(table.deletionId, table.source, table.rowId)],
);
