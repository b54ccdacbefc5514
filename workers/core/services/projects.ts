/** Projects: the tenant's unit. Deleting one erases whatever it has, in every store. */

import { and, count, eq, isNotNull } from "drizzle-orm";
import type { ProjectRequest, ProjectSummaryResponse } from "#contract/project.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { isUniqueViolation } from "#db/database.ts";
import { apiKey, modelConfiguration, project, trainedModel, trainingData, tuningJob } from "#db/schema.ts";
import { projectPrefix } from "#storage/keys.ts";
import { deleteKeyRecord, deleteManifest } from "#storage/routing-store.ts";
import { AppError, fieldError, notFound, permissionDenied } from "./app-error.ts";
import type { ServiceDeps } from "./deps.ts";
import { findRow } from "./resource.ts";
import { type ProjectRow, projects } from "./resources.ts";
import { cancelRunningJobs } from "./running-jobs.ts";
import type { Viewer } from "./viewer.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock">;

const NAME_TAKEN = "A project with this name already exists.";

function columnsOf(request: Partial<ProjectRequest>) {
  return {
    name: request.name,
    userColumn: request.user_column,
    itemColumn: request.item_column,
    timeColumn: request.time_column,
  };
}

async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error) ? fieldError("name", NAME_TAKEN) : error;
  }
}

export async function createProject(
  deps: Deps,
  viewer: Viewer,
  request: ProjectRequest,
): Promise<ProjectRow> {
  if (viewer.key) throw permissionDenied("API keys cannot create new projects.");
  const now = deps.clock();
  const values = {
    name: request.name,
    userColumn: request.user_column,
    itemColumn: request.item_column,
    timeColumn: request.time_column ?? null,
  };
  const insert = deps.db
    .insert(project)
    .values({ ownerId: viewer.userId, ...values, createdAt: now, updatedAt: now })
    .returning();
  const [row] = await orNameTaken(insert);
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

export async function updateProject(
  deps: Deps,
  row: ProjectRow,
  changes: Partial<ProjectRequest>,
): Promise<ProjectRow> {
  const update = deps.db
    .update(project)
    .set({ ...columnsOf(changes), updatedAt: deps.clock() })
    .where(eq(project.id, row.id))
    .returning();
  const [updated] = await orNameTaken(update);
  if (updated === undefined) throw notFound(projects.model);
  return updated;
}

/**
 * Erases a project. The row goes last: whatever breaks before, the project is still there to be deleted again, and nothing is left
 * that no row knows of. Serving stops first.
 */
export async function deleteProject(deps: Deps, row: ProjectRow): Promise<void> {
  await cancelRunningJobs(deps, eq(tuningJob.projectId, row.id));
  const keys = await deps.db
    .select({ hash: apiKey.keyHash })
    .from(apiKey)
    .where(eq(apiKey.projectId, row.id));
  for (const key of keys) await deleteKeyRecord(deps.routing, key.hash);
  await deleteManifest(deps.routing, row.id);
  await deletePrefix(deps.store, projectPrefix(row.id));
  await deps.db.batch([
    deps.db.delete(auditEntry).where(eq(auditEntry.projectId, row.id)),
    deps.db.delete(project).where(eq(project.id, row.id)),
  ]);
}

/** R2 lists and deletes up to 1,000 objects at a time. */
async function deletePrefix(store: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects } = await store.list({ prefix, limit: 1000 });
    if (objects.length === 0) return;
    await store.delete(objects.map((object) => object.key));
  }
}

export async function projectSummary(
  { db }: Pick<Deps, "db">,
  viewer: Viewer,
  id: number,
): Promise<ProjectSummaryResponse> {
  const row = await findRow(db, projects, viewer, id);
  if (row === null) throw new AppError("not_found", `Project ${id} not found.`);
  const [[data], [jobs], [models]] = await db.batch([
    db
      .select({ count: count() })
      .from(trainingData)
      .where(and(eq(trainingData.projectId, id), isNotNull(trainingData.filesize))),
    db
      .select({ count: count() })
      .from(modelConfiguration)
      .where(and(eq(modelConfiguration.projectId, id), isNotNull(modelConfiguration.tuningJobId))),
    db
      .select({ count: count() })
      .from(trainedModel)
      .where(and(eq(trainedModel.projectId, id), isNotNull(trainedModel.artifactKey))),
  ]);
  return {
    n_data: data?.count ?? 0,
    n_complete_jobs: jobs?.count ?? 0,
    n_models: models?.count ?? 0,
    ins_datetime: new Date(row.createdAt).toISOString(),
  };
}
