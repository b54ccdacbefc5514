import type { ArchiveRow } from "#contract/archive.ts";
import type { userMerge } from "#db/user-merge-schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";

export type UserMergeRow = typeof userMerge.$inferSelect;

export const userMergeCodec = archivedCodec<UserMergeRow, object, ArchiveRow<"user_merge">>()({
  id: {
    api: leftOut("The ids of the users name it."),
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: {
    api: leftOut("It is the project of the key."),
    archive: leftOut("Rows go into the project that the import makes."),
  },
  fromUser: { api: leftOut("The route shows what it was asked."), archive: "from_user" },
  toUser: { api: leftOut("The route shows what it was asked."), archive: "to_user" },
  settledAt: {
    api: leftOut("What follows from a merge is not shown."),
    archive: leftOut("The copy has events of its own, which the cron merges."),
  },
  createdAt: { api: leftOut("Nothing depends on it."), archive: "created_at" },
  updatedAt: {
    api: leftOut("Nothing depends on it."),
    archive: leftOut("The copy is as new as its import."),
  },
});
