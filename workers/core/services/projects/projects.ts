/** Projects: the tenant's unit. How one is deleted: `erasure/project-deletion.ts`. */

import { and, count, eq, isNotNull } from "drizzle-orm";
import { changedEventSettings, eventSettingsProblem } from "#contract/event-settings.ts";
import type { ProjectRequest, ProjectSummaryResponse } from "#contract/project.ts";
import { readingSettingsOf } from "#contract/reading.ts";
import { trafficSettingsOf } from "#contract/traffic.ts";
import { isUniqueViolation } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { modelConfiguration, project, trainedModel, trainingData } from "#db/schema.ts";
import { type QuotaRoom, UNLIMITED } from "../access/quotas.ts";
import { AppError, fieldError, notFound, permissionDenied } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { findRow } from "../resources/listing.ts";
import { type ProjectRow, projectCodec, projects } from "../resources/project.ts";
import { rebuildManifest } from "../serving/routing.ts";
import type { Viewer } from "../viewer.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;
type PublishDeps = Deps & Pick<ServiceDeps, "routing" | "sleep">;

const NAME_TAKEN = "A project with this name already exists.";

/** Settings that are not among the changes stay. */
function readingOf(row: ProjectRow, changes: Partial<ProjectRequest>) {
  const changed = readingSettingsOf(changes);
  return changed && { reading: { ...row.reading, ...changed } };
}

function trafficOf(row: Pick<ProjectRow, "traffic">, changes: Partial<ProjectRequest>) {
  const changed = trafficSettingsOf(changes);
  return changed && { traffic: { ...row.traffic, ...changed } };
}

async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error) ? fieldError("name", NAME_TAKEN) : error;
  }
}

type Columns = Pick<
  ProjectRow,
  "userColumn" | "itemColumn" | "timeColumn" | "weightColumn" | "eventTypeColumn"
> & { readonly sessionColumn?: string | null | undefined };

/** The problem with the columns of a project, or null: all that are set must be different ones. */
export function columnsProblem(
  columns: Columns,
): { readonly field: keyof ProjectRequest; readonly message: string } | null {
  const holders = [
    ["user_column", "user", columns.userColumn],
    ["item_column", "item", columns.itemColumn],
    ["time_column", "time", columns.timeColumn],
    ["weight_column", "weight", columns.weightColumn],
    ["event_type_column", "event type", columns.eventTypeColumn],
    ["session_column", "session", columns.sessionColumn],
  ] as const;
  for (const [at, [field, , column]] of holders.entries()) {
    const earlier = holders.slice(0, at).find(([, , other]) => other === column);
    if (!column || !earlier) continue;
    return { field, message: `Column "${column}" holds the ${earlier[1]} already: choose another one.` };
  }
  return null;
}

/** The columns after a change of a project. */
function columnsAfter(row: ProjectRow, changes: Partial<ProjectRequest>): Columns {
  const { time_column: time, weight_column: weight, event_type_column: type } = changes;
  return {
    userColumn: changes.user_column ?? row.userColumn,
    itemColumn: changes.item_column ?? row.itemColumn,
    timeColumn: time === undefined ? row.timeColumn : time,
    weightColumn: weight === undefined ? row.weightColumn : weight,
    eventTypeColumn: type === undefined ? row.eventTypeColumn : type,
    sessionColumn:
      changes.session_column === undefined ? row.reading?.session_column : changes.session_column,
  };
}

const COLUMN_FIELDS = [
  "user_column",
  "item_column",
  "time_column",
  "weight_column",
  "event_type_column",
  "session_column",
] as const;

/** The settings of events after a change; none if the change has none. */
function eventSettingsOf(row: Pick<ProjectRow, "eventSettings">, changes: Partial<ProjectRequest>) {
  const eventSettings = changedEventSettings(row.eventSettings, changes);
  if (eventSettings === null) return null;
  const problem = eventSettingsProblem(eventSettings);
  if (problem) throw fieldError(problem.field, problem.message);
  return { eventSettings };
}

function refuseSharedColumns(columns: Parameters<typeof columnsProblem>[0]): void {
  const problem = columnsProblem(columns);
  if (problem) throw fieldError(problem.field, problem.message);
}

export async function createProject(
  deps: PublishDeps,
  viewer: Viewer,
  request: ProjectRequest,
  room: QuotaRoom = UNLIMITED,
): Promise<ProjectRow> {
  if (viewer.key) throw permissionDenied("API keys cannot create new projects.");
  const now = deps.clock();
  const values = {
    ...projectCodec.set(request),
    timeColumn: request.time_column ?? null,
    weightColumn: request.weight_column ?? null,
    eventTypeColumn: request.event_type_column ?? null,
    ...eventSettingsOf({ eventSettings: null }, request),
    reading: readingSettingsOf(request),
    traffic: trafficSettingsOf(request),
  };
  refuseSharedColumns({ ...values, sessionColumn: request.session_column });
  const dated = { createdAt: now, updatedAt: now };
  const insert = insertWhere(
    deps.db,
    project,
    { ownerId: viewer.accountId, ...values, ...dated },
    room.isLeft,
  );
  const [row] = await orNameTaken(insert);
  if (row === undefined) throw await room.refusal();
  const isServed = values.allowedOrigins.length > 0 || values.traffic !== null || row.eventSettings !== null;
  if (isServed) await rebuildManifest(deps, row.id);
  return row;
}

/** Changes at the same time all take effect, also where several settings share a column. */
export async function updateProject(
  deps: PublishDeps,
  row: ProjectRow,
  changes: Partial<ProjectRequest>,
): Promise<ProjectRow> {
  let read = row;
  let updated = await updateAsRead(deps, read, changes);
  // Each further round means that another change has taken effect.
  while (updated === undefined) {
    const [newest] = await deps.db.select().from(project).where(eq(project.id, row.id));
    if (newest === undefined) throw notFound(projects.model);
    read = newest;
    updated = await updateAsRead(deps, read, changes);
  }
  const isServed = changes.allowed_origins !== undefined || trafficSettingsOf(changes);
  if (isServed || changedEventSettings(read.eventSettings, changes)) await rebuildManifest(deps, row.id);
  return updated;
}

/** Undefined if the row is no longer as it was read: `updatedAt` grows with each change. */
async function updateAsRead(
  deps: PublishDeps,
  row: ProjectRow,
  changes: Partial<ProjectRequest>,
): Promise<ProjectRow | undefined> {
  const hasNewColumns = COLUMN_FIELDS.some((field) => changes[field] !== undefined);
  if (hasNewColumns) refuseSharedColumns(columnsAfter(row, changes));
  const values = {
    ...projectCodec.set(changes),
    ...readingOf(row, changes),
    ...trafficOf(row, changes),
    ...eventSettingsOf(row, changes),
    updatedAt: Math.max(deps.clock(), row.updatedAt + 1),
  };
  const isAsRead = and(eq(project.id, row.id), eq(project.updatedAt, row.updatedAt));
  const [updated] = await orNameTaken(deps.db.update(project).set(values).where(isAsRead).returning());
  return updated;
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
