/** Version numbers of a project's models: each is used once, also after its model was deleted. */
import { eq, type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { project, trainedModel } from "#db/schema.ts";

/** The next version number, chosen by the statement that inserts the model: any number of requests may do so at the same time. */
export function nextVersion(projectId: number): SQL<number> {
  return sql<number>`(${highestVersion(projectId)} + 1)`;
}

/** Keeps the highest number so far; run it in one batch with the deletion of models, and before it. */
export function keepHighestVersion(db: Database, projectId: number) {
  return db
    .update(project)
    .set({ deletedVersion: highestVersion(projectId) })
    .where(eq(project.id, projectId));
}

/** Of existing and deleted models; 0 if there was none. */
export function highestVersion(projectId: number): SQL<number> {
  const present = sql`select max(version) from ${trainedModel} where project_id = ${projectId}`;
  const deleted = sql`select deleted_version from ${project} where id = ${projectId}`;
  return sql<number>`max(coalesce((${present}), 0), coalesce((${deleted}), 0))`;
}
