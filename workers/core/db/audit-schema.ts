import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { createdAt, id } from "./columns.ts";

/**
 * Who changed what in a project. It refers to rows by number only: an entry outlives the row and the account that it names. What a
 * project's entries say goes with the project; that it was deleted, and by whom, stays for administrators.
 */
export const auditEntry = sqliteTable(
  "audit_entry",
  {
    id: id(),
    projectId: integer("project_id").notNull(),
    userId: integer("user_id").notNull(),
    username: text("username").notNull(),
    /** The API key that acted in the user's name. */
    apiKeyId: integer("api_key_id"),
    /** Method and path of the operation, as in the API's description. */
    action: text("action").notNull(),
    /** The row that the path names, or that was made. */
    targetId: integer("target_id").notNull(),
    /** Why; null where nobody said. */
    reason: text("reason"),
    requestId: text("request_id").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("audit_entry_project").on(table.projectId, table.id),
    index("audit_entry_user").on(table.userId),
  ],
);
