import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { updatedAt } from "./columns.ts";

/** The progress of a stage of the cron: it takes one page a minute, and starts again after the last page. */
export const cronCursor = sqliteTable("cron_cursor", {
  /** The name of the stage, or of a part of it. */
  name: text("name").primaryKey(),
  /** The last processed row, in the order of the pages. */
  position: text("position").notNull(),
  updatedAt: updatedAt(),
});
