import { index, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { flag, id } from "./columns.ts";

/**
 * Entries of KV that may differ from the database. Triggers write a CHANGE in the transaction that changes the source of an
 * entry. So every change has its mark (migrations `routing_marks`, `going_live`, `allowed_origins`, `saved_rules`, `slots`,
 * `event_settings`, `browser_keys` and `user_metadata_marks`; rebuilding one of those tables drops its triggers). Publishing an entry
 * writes a PUBLISHING first and removes both last: a process that is killed in between leaves a mark.
 */
export const routingMark = sqliteTable(
  "routing_mark",
  {
    id: id(),
    /** The entry's name in KV, as in `storage/routing-store.ts`. */
    name: text("name").notNull(),
    kind: text("kind", { enum: ["CHANGE", "PUBLISHING"] })
      .notNull()
      .default("CHANGE"),
    /** For a PUBLISHING: a run of the cron has seen it, so at the next run its process is certainly gone. */
    isOld: flag("is_old").notNull().default(false),
    /** Why KV last refused the entry. */
    problem: text("problem"),
  },
  (table) => [index("routing_mark_name").on(table.name, table.id)],
);
