import { and, desc, eq, isNotNull, or } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import type { UserMetaDataResponse } from "#contract/training-data.ts";
import { inVisibleProject } from "#db/ownership.ts";
import { project, userMetaData } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import { fileSettings, shortened } from "./kept-values.ts";
import type { Resource } from "./listing.ts";

export type UserMetaDataRow = typeof userMetaData.$inferSelect;

export const userMetaDataFiles: Resource<typeof userMetaData> = {
  model: "UserMetaData",
  path: "user_meta_data",
  one: "user metadata",
  many: "user metadata",
  table: userMetaData,
  visibleTo: (viewer) =>
    and(
      inVisibleProject(userMetaData.projectId, viewer),
      or(isNotNull(userMetaData.filesize), eq(userMetaData.status, "FAILED")),
    ),
  filters: {
    id: { kind: "number", column: userMetaData.id },
    project: { kind: "reference", column: userMetaData.projectId, to: project },
  },
  order: [desc(userMetaData.id)],
};

export const userMetaDataCodec = archivedCodec<
  UserMetaDataRow,
  UserMetaDataResponse,
  ArchiveRow<"data_file">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  fileKey: {
    api: leftOut("The route makes `file` of it, and `basename`."),
    archive: {
      field: "has_file",
      write: (key) => key !== null,
      notRestored: "The import stores the file under a key of the copy.",
    },
  },
  basename: {
    api: leftOut("The route hides the name of a file that is gone."),
    archive: {
      field: "basename",
      write: (name) => name,
      notRestored: "The import checks and cleans the name.",
    },
  },
  filesize: { api: "filesize", archive: "filesize" },
  status: {
    api: "status",
    archive: {
      field: "status",
      write: (status) => status,
      notRestored: "The import decides what is read again.",
    },
  },
  error: {
    api: "error",
    archive: { field: "error", write: shortened, notRestored: "The import may have a reason of its own." },
  },
  reading: {
    api: leftOut("The report says how a file was read."),
    archive: { field: "reading", write: (reading) => reading, read: fileSettings },
  },
  artifactKey: {
    api: leftOut("An inner name."),
    archive: leftOut("Signed for the project that it comes from; the file is read again."),
  },
  validColumns: { api: "valid_columns_list_json", archive: leftOut("The file is read again.") },
  report: { api: "report", archive: leftOut("The file is read again.") },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: {
    api: leftOut("The answer has only the time of creation."),
    archive: leftOut("The copy is as new as its import."),
  },
});
