import { and, eq, isNull, sql } from "drizzle-orm";
import { EMPTY_REPORT } from "#contract/deletion.ts";
import { project } from "#db/schema.ts";
import { notFound } from "../app-error.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import { type ProjectRow, projects } from "../resources/project.ts";
import { publishKeysOf, rebuildManifest } from "../serving/routing.ts";
import { placeOrder } from "./deletion-orders.ts";
import type { DeletionDeps } from "./deletion-slice.ts";

/**
 * Serving stops first. The mark and the deletion's row are written together, once, also for several requests at the same time.
 */
export async function markProject(
  deps: DeletionDeps,
  requestedBy: number,
  { id: projectId, ownerId }: Pick<ProjectRow, "id" | "ownerId">,
): Promise<DeletionRow> {
  const { db } = deps;
  const isThere = and(eq(project.id, projectId), isNull(project.deletedAt));
  const mark = db.update(project).set({ deletedAt: deps.clock() }).where(isThere);
  const order = {
    kind: "PROJECT",
    projectId,
    ownerId,
    requestedBy,
    subject: null,
    report: EMPTY_REPORT,
  } as const;
  const placed = await placeOrder(deps, order, sql`exists (select 1 from ${project} where ${isThere})`, [
    mark,
  ]);
  if (placed === null) throw notFound(projects.model);
  await rebuildManifest(deps, projectId);
  await publishKeysOf(deps, { projectId });
  return placed;
}
