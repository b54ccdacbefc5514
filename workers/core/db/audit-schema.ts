import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { createdAt, id } from "./columns.ts";

/**
 * Who changed what in a project. It refers to rows by number only: an entry outlives its row and its account. Entries of a
 * project are deleted with it; the entry of the deletion itself stays for administrators.
 */
export const auditEntry = sqliteTable(
  "audit_entry",
  {
    id: id(),
    projectId: integer("project_id").notNull(),
    accountId: integer("user_id").notNull(),
    username: text("username").notNull(),
    /** The API key that acted for the account. */
    apiKeyId: integer("api_key_id"),
    /** Method and path of the operation, as in the API's description. */
    action: text("action").notNull(),
    /** The row in the path, or the new row. */
    targetId: integer("target_id").notNull(),
    /** The reason; null if none was given. */
    reason: text("reason"),
    requestId: text("request_id").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("audit_entry_project").on(table.projectId, table.id),
    index("audit_entry_user").on(table.accountId),
  ],
);
