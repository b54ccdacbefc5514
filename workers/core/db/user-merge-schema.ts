import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { createdAt, id, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";

/** Users of a project's data that turned out to be one: a visitor whom nobody knew, and the user who logged in. */
export const userMerge = sqliteTable(
  "user_merge",
  {
    id: id(),
    projectId: projectId(),
    fromUser: text("from_user").notNull(),
    /** May be merged into another one in turn; there is no circle. */
    toUser: text("to_user").notNull(),
    /** Null until live items are copied and training data know of it. */
    settledAt: integer("settled_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("user_merge_from").on(table.projectId, table.fromUser),
    index("user_merge_to").on(table.projectId, table.toUser),
    index("user_merge_open").on(table.id).where(sql`settled_at is null`),
  ],
);
