/** Deleting a project hides it at once. Its erasure is in `project-erasure.ts`. */
import type { DeletionRow } from "../resources/deletion.ts";
import type { ProjectRow } from "../resources/project.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { advanceDeletion } from "./deletions.ts";
import { markProject } from "./mark-project.ts";

/** Marks a project as deleted and begins to erase it; small ones are gone when this returns, except for the last look. */
export async function deleteProject(
  deps: DeletionDeps,
  requestedBy: number,
  row: ProjectRow,
): Promise<DeletionRow> {
  const marked = await markProject(deps, requestedBy, row);
  await advanceDeletion(deps, marked.id);
  return marked;
}
