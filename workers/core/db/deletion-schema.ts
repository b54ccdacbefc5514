/** What was asked to be deleted, and what of it is gone. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { DeletionReport } from "#contract/deletion.ts";
import { createdAt, flag, id, json, leaseUntil, updatedAt } from "./columns.ts";

/** It refers to what it deletes by number only, and outlives it: the report can be read when nothing else is left. */
export const deletion = sqliteTable(
  "deletion",
  {
    id: id(),
    kind: text("kind", { enum: ["PROJECT", "ACCOUNT", "PERSON", "IMPORT"] }).notNull(),
    /** The project that goes; null for an account. */
    projectId: integer("project_id"),
    /** Whose data it is. */
    ownerId: integer("owner_id").notNull(),
    requestedBy: integer("requested_by").notNull(),
    /** The user id of a person to be erased; null once that is done. */
    subject: text("subject"),
    status: text("status", { enum: ["RUNNING", "COMPLETED"] })
      .notNull()
      .default("RUNNING"),
    report: json<DeletionReport>("report").notNull(),
    leaseUntil: leaseUntil(),
    /** Something else had to go first, or it went wrong, when it was last looked at: others go before it. */
    isWaiting: flag("is_waiting").notNull().default(false),
    /** When to look once more for what late workers wrote; null until all else is gone. */
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

/** A file or model that is looked through for a person. */
export const deletionItem = sqliteTable(
  "deletion_item",
  {
    id: id(),
    deletionId: integer("deletion_id")
      .notNull()
      .references(() => deletion.id, { onDelete: "cascade" }),
    source: text("source", { enum: ["training_data", "user_meta_data", "trained_model"] }).notNull(),
    rowId: integer("row_id").notNull(),
    /** FORGOTTEN: the job that looked it through, which knew the person, is gone, too. */
    state: text("state", { enum: ["OPEN", "FAILED", "DONE", "FORGOTTEN"] })
      .notNull()
      .default("OPEN"),
  },
  (table) => [uniqueIndex("deletion_item_row").on(table.deletionId, table.source, table.rowId)],
);
