/**
 * What training data, item metadata and user metadata have in common: each is an uploaded file of a project. Each has a table of
 * its own, with the same columns.
 */
import { and, desc, eq, isNotNull, or } from "drizzle-orm";
import { inVisibleProject } from "#db/ownership.ts";
import { type itemMetaData, project, type trainingData, type userMetaData } from "#db/schema.ts";
import { leftOut } from "./codec.ts";
import { fileSettings, shortened } from "./kept-values.ts";
import type { Resource } from "./listing.ts";

type FileTable = typeof trainingData | typeof itemMetaData | typeof userMetaData;
type Row = FileTable["$inferSelect"];
type Names = Pick<Resource<FileTable>, "model" | "path" | "one" | "many">;

/** The resource of a table of files. The row of an unlinked file is hidden; that of a refused one stays, with the reason. */
export function filesOf<T extends FileTable>(table: T, names: Names): Resource<T> {
  return {
    ...names,
    table,
    visibleTo: (viewer) =>
      and(
        inVisibleProject(table.projectId, viewer),
        or(isNotNull(table.filesize), eq(table.status, "FAILED")),
      ),
    filters: {
      id: { kind: "number", column: table.id },
      project: { kind: "reference", column: table.projectId, to: project },
    },
    order: [desc(table.id)],
  };
}

/** The codec's entries of the columns that all files have. */
export const FILE_COLUMNS = {
  id: {
    api: "id",
    archive: { field: "id", write: (id: number) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  fileKey: {
    api: leftOut("The route makes `file` of it, and `basename`."),
    archive: {
      field: "has_file",
      write: (key: string | null) => key !== null,
      notRestored: "The import stores the file under a key of the copy.",
    },
  },
  basename: {
    api: leftOut("The route hides the name of a file that is gone."),
    archive: {
      field: "basename",
      write: (name: Row["basename"]) => name,
      notRestored: "The import checks and cleans the name.",
    },
  },
  filesize: { api: "filesize", archive: "filesize" },
  status: {
    api: "status",
    archive: {
      field: "status",
      write: (status: Row["status"]) => status,
      notRestored: "The import decides what is read again.",
    },
  },
  error: {
    api: "error",
    archive: { field: "error", write: shortened, notRestored: "The import may have a reason of its own." },
  },
  reading: {
    api: leftOut("The report says how a file was read."),
    archive: { field: "reading", write: (reading: Row["reading"]) => reading, read: fileSettings },
  },
  artifactKey: {
    api: leftOut("An inner name."),
    archive: leftOut("Signed for the project that it comes from; the file is read again."),
  },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: {
    api: leftOut("The answer has only the time of creation."),
    archive: leftOut("The copy is as new as its import."),
  },
} as const;
