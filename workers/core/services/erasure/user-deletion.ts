/** Requests to erase a user from a project. The erasure itself is in `user-erasure.ts`. */
import { type DeletionReport, EMPTY_REPORT, EMPTY_USER_REPORT } from "#contract/deletion.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import type { ProjectRow } from "../resources/project.ts";
import { placeOrder } from "./deletion-orders.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { advanceDeletion } from "./deletions.ts";

/** Requests the erasure of a user from a project. Files, models and metadata follow within minutes. */
export async function eraseUser(
  deps: DeletionDeps,
  requestedBy: number,
  row: ProjectRow,
  userId: string,
): Promise<DeletionRow> {
  const report: DeletionReport = { ...EMPTY_REPORT, person: EMPTY_USER_REPORT };
  const { id: projectId, ownerId } = row;
  const order = { kind: "PERSON", projectId, ownerId, requestedBy, subject: userId, report } as const;
  const placed = await placeOrder(deps, order);
  if (placed === null) throw new Error("the request is gone");
  await advanceDeletion(deps, placed.id);
  return placed;
}
