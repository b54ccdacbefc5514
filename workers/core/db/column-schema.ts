/** The table of versions of the columns of item and user tables. */
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { OTHER_COLUMNS, SCHEMA_ORIGINS, type SchemaColumn } from "#contract/column-schema.ts";
import { TABLE_SIDES } from "#contract/table-sides.ts";
import { createdAt, id, json, updatedAt } from "./columns.ts";
import { projectId } from "./project-schema.ts";

export const columnSchema = sqliteTable(
  "column_schema",
  {
    id: id(),
    projectId: projectId(),
    side: text("side", { enum: TABLE_SIDES }).notNull(),
    /** From 1, without gaps at the end. */
    version: integer("version").notNull(),
    origin: text("origin", { enum: SCHEMA_ORIGINS }).notNull(),
    /** The column of the ids of files that are read from now on; null for that of the project. */
    idColumn: text("id_column"),
    otherColumns: text("other_columns", { enum: OTHER_COLUMNS }).notNull(),
    columns: json<readonly SchemaColumn[] | null>("columns").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("column_schema_version").on(table.projectId, table.side, table.version),
    index("column_schema_project").on(table.projectId, table.id),
  ],
);
