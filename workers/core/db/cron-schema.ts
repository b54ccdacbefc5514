import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { updatedAt } from "./columns.ts";

/** How far a stage of the cron has come: it takes one page a minute, and starts from the beginning after the last page. */
export const cronCursor = sqliteTable("cron_cursor", {
  /** The name of the stage, or of a part of it. */
  name: text("name").primaryKey(),
  /** The last one that was taken, in the order of the pages. */
  position: text("position").notNull(),
  updatedAt: updatedAt(),
});
