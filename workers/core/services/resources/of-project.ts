import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { inDeletedProject, inVisibleProject, type RowViewer } from "#db/ownership.ts";

/** Rows that are visible to everybody who sees their project. */
export function ofProject(column: SQLiteColumn) {
  return {
    visibleTo: (viewer: RowViewer) => inVisibleProject(column, viewer),
    hidden: inDeletedProject(column),
  };
}
