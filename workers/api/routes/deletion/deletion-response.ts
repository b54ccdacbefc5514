import type { DeletionResponse } from "#contract/deletion.ts";
import type { DeletionRow } from "#services/resources/resources.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";

export function toDeletionResponse(row: DeletionRow): DeletionResponse {
  return {
    id: row.id,
    kind: row.kind,
    project: row.projectId,
    owner: row.ownerId,
    requested_by: row.requestedBy,
    status: row.status,
    report: row.report,
    ins_datetime: isoTime(row.createdAt),
    completed_at: isoTimeOrNull(row.completedAt),
  };
}
