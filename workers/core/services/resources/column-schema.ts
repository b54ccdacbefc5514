import type { ArchiveRow } from "#contract/archive.ts";
import type { SchemaVersionResponse } from "#contract/column-schema.ts";
import type { columnSchema } from "#db/column-schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";

export type ColumnSchemaRow = typeof columnSchema.$inferSelect;

export const columnSchemaCodec = archivedCodec<
  ColumnSchemaRow,
  SchemaVersionResponse,
  ArchiveRow<"column_schema">
>()({
  id: {
    api: leftOut("The number of the version names it."),
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: {
    api: leftOut("It is in the address."),
    archive: leftOut("Rows go into the project that the import makes."),
  },
  side: { api: leftOut("It is in the address."), archive: "side" },
  version: { api: "version", archive: "version" },
  origin: { api: "origin", archive: "origin" },
  idColumn: { api: "id_column", archive: "id_column" },
  otherColumns: { api: "other_columns", archive: "other_columns" },
  columns: {
    api: leftOut("The answer shows what the guess and the choice make together."),
    archive: { field: "columns", write: (columns) => [...(columns ?? [])], read: (columns) => columns },
  },
  createdAt: { api: { time: "created_at" }, archive: "created_at" },
  updatedAt: {
    api: leftOut("A version does not change."),
    archive: leftOut("The copy is as new as its import."),
  },
});
