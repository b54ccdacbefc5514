/** Version numbers of a project's models: each is given once. A number whose model was deleted does not come back. */
import { eq, type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { project, trainedModel } from "#db/schema.ts";

/** The next version number, drawn by the statement that inserts the model: any number may do so at once. */
export function nextVersion(projectId: number): SQL<number> {
  return sql<number>`(${highestVersion(projectId)} + 1)`;
}

/** Keeps the highest number given so far; to be run in one batch with what deletes models, and before it. */
export function keepHighestVersion(db: Database, projectId: number) {
  return db
    .update(project)
    .set({ deletedVersion: highestVersion(projectId) })
    .where(eq(project.id, projectId));
}

/** Of the models that are there and of those that were deleted; 0 where there was none. */
export function highestVersion(projectId: number): SQL<number> {
  const present = sql`select max(version) from ${trainedModel} where project_id = ${projectId}`;
  const deleted = sql`select deleted_version from ${project} where id = ${projectId}`;
  return sql<number>`max(coalesce((${present}), 0), coalesce((${deleted}), 0))`;
}
