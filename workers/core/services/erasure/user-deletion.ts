/** Requests to erase a user from a project. The erasure itself is in `user-erasure.ts`. */
import { type DeletionReport, EMPTY_REPORT, EMPTY_USER_REPORT } from "#contract/deletion.ts";
import { sha256Hex } from "#platform/encoding.ts";
import { idText } from "#reading/clean-id.ts";
import { putErasedUser } from "#storage/erased-users.ts";
import { mergedInto } from "../people/user-merges.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import type { ProjectRow } from "../resources/project.ts";
import { placeOrder } from "./deletion-orders.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { advanceDeletion } from "./deletions.ts";

/**
 * Requests the erasure of a user from a project, and of everybody who was merged into this user: each has a request of its own. Files,
 * models and metadata follow within minutes. Tokens that pages had for these users end within a minute. Returns the request for the user.
 */
export async function eraseUser(
  deps: DeletionDeps,
  requestedBy: number,
  row: ProjectRow,
  userId: string,
): Promise<DeletionRow> {
  const report: DeletionReport = { ...EMPTY_REPORT, person: EMPTY_USER_REPORT };
  const { id: projectId, ownerId } = row;
  const order = { kind: "PERSON", projectId, ownerId, requestedBy, report } as const;
  const known = idText(userId, true) ?? userId;
  const others = (await mergedInto(deps.db, projectId, known)).filter((other) => other !== known);
  for (const subject of [...others, known]) {
    await putErasedUser(deps.routing, { projectId, hash: await sha256Hex(subject) }, deps.clock());
  }
  // The user comes last: this request forgets who was merged.
  for (const subject of others) await placeOrder(deps, { ...order, subject });
  const placed = await placeOrder(deps, { ...order, subject: userId });
  if (placed === null) throw new Error("the request is gone");
  await advanceDeletion(deps, placed.id);
  return placed;
}
