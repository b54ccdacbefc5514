import { and, eq, isNull } from "drizzle-orm";
import { EMPTY_REPORT } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { project } from "#db/schema.ts";
import { notFound } from "./app-error.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { type DeletionRow, type ProjectRow, projects } from "./resources.ts";
import { publishKeysOf, rebuildManifest } from "./routing.ts";

/** Serving stops first. The mark and the deletion's row are written together, once. */
export async function markProject(
  deps: DeletionDeps,
  requestedBy: number,
  row: Pick<ProjectRow, "id" | "ownerId">,
): Promise<DeletionRow> {
  const { db } = deps;
  const now = deps.clock();
  const values = { kind: "PROJECT", projectId: row.id, ownerId: row.ownerId, requestedBy } as const;
  const [[created]] = await db.batch([
    db
      .insert(deletion)
      .values({ ...values, report: EMPTY_REPORT, createdAt: now, updatedAt: now })
      .returning(),
    db
      .update(project)
      .set({ deletedAt: now })
      .where(and(eq(project.id, row.id), isNull(project.deletedAt))),
  ]);
  if (created === undefined) throw notFound(projects.model);
  await rebuildManifest(deps, row.id);
  await publishKeysOf(deps, { projectId: row.id });
  return created;
}
