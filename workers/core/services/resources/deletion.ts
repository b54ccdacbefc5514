import { and, desc, eq, or, type SQL } from "drizzle-orm";
import { DELETION_KINDS, DELETION_STATUSES, type DeletionResponse } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { createdByViewer, inVisibleProject, type RowViewer } from "#db/ownership.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";

export type DeletionRow = typeof deletion.$inferSelect;

/** A member of the project sees those of people and files. */
function seen(viewer: RowViewer): SQL | undefined {
  const own = createdByViewer(deletion.ownerId, viewer);
  return own && or(own, inVisibleProject(deletion.projectId, viewer));
}

/** The deleted row is gone, so its deletion is found by the owner; a key sees those of its own project. */
export const deletions: Resource<typeof deletion> = {
  model: "Deletion",
  path: "deletion",
  one: "a deletion, with the report of what was erased",
  many: "deletions",
  table: deletion,
  visibleTo: (viewer) =>
    viewer.key
      ? and(eq(deletion.ownerId, viewer.accountId), eq(deletion.projectId, viewer.key.projectId))
      : seen(viewer),
  filters: {
    id: { kind: "number", column: deletion.id },
    project: { kind: "number", column: deletion.projectId },
    kind: { kind: "choice", column: deletion.kind, choices: DELETION_KINDS },
    status: { kind: "choice", column: deletion.status, choices: DELETION_STATUSES },
  },
  order: [desc(deletion.id)],
};

export const deletionCodec = shownCodec<DeletionRow, DeletionResponse>("A report of what is gone.")({
  id: { api: "id" },
  kind: { api: "kind" },
  projectId: { api: "project" },
  ownerId: { api: "owner" },
  requestedBy: { api: "requested_by" },
  subject: { api: leftOut("The user wants to be forgotten.") },
  status: { api: "status" },
  report: { api: "report" },
  leaseUntil: { api: leftOut("Which worker has the row.") },
  isWaiting: { api: leftOut("The order among deletions.") },
  sweepAt: { api: leftOut("The status stays RUNNING until then.") },
  completedAt: { api: { time: "completed_at" } },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: leftOut("The answer has only the time of creation.") },
});
