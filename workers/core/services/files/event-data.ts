/** Training data made of events: a file like an uploaded one, usable wherever one is. The trainer writes and reads it. */
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { EventDataRequest, EventDataSettings } from "#contract/event.ts";
import { trainingWeights } from "#contract/event-weight.ts";
import { weightRuleOf } from "#contract/weight-rule.ts";
import type { Database } from "#db/database.ts";
import { trainingData } from "#db/schema.ts";
import { fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ProjectRow } from "../resources/project.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { addDataFile } from "./data-files.ts";
import { newUploadKey } from "./uploads.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "jobs" | "events" | "clock" | "randomBytes">;

/** Takes all events that have arrived. Its interactions do not change later, whatever happens to events and to the base. */
export async function createEventData(
  deps: Deps,
  project: EventDataProject,
  request: EventDataRequest,
): Promise<TrainingDataRow> {
  const file = await newEventData(deps, project, request);
  return (await addDataFile(deps, { kind: "training_data", ...file })) as TrainingDataRow;
}

type EventDataProject = Pick<ProjectRow, "id" | "eventSettings">;

/** The row of such data, not yet written: the trainer makes its file from what it says. */
export async function newEventData(
  deps: Omit<Deps, "jobs" | "store">,
  { id: projectId, eventSettings }: EventDataProject,
  { base, weights }: EventDataRequest,
) {
  const baseId = base === null ? null : await baseOf(deps.db, projectId, base);
  await deps.events.flush(projectId);
  const now = deps.clock();
  const { event_weights: own, event_half_life_days: halfLife, event_cap: cap } = eventSettings ?? {};
  const { event_cap_quantile: quantile } = eventSettings ?? {};
  const rule = weightRuleOf(eventSettings);
  const events: EventDataSettings = {
    up_to: now,
    base: baseId,
    weights: trainingWeights({ ...own, ...weights }),
    ...(halfLife && { half_life_days: halfLife }),
    ...(cap && { cap }),
    ...(quantile && { cap_quantile: quantile }),
    ...(rule && { rule }),
  };
  return {
    projectId,
    fileKey: newUploadKey(deps, projectId),
    basename: `events-${new Date(now).toISOString().slice(0, 16).replaceAll(":", "")}.ndjson`,
    filesize: 0,
    reading: { events },
  };
}

/** The wanted file, or the newest; files made of events are no base, since the same events would count twice. */
async function baseOf(db: Database, projectId: number, wanted: number | undefined): Promise<number | null> {
  const ofProject = eq(trainingData.projectId, projectId);
  const usable = and(eq(trainingData.status, "READY"), isNotNull(trainingData.fileKey));
  const isUploaded = sql`json_extract(${trainingData.reading}, '$.events') is null`;
  const [row] = await db
    .select({ id: trainingData.id })
    .from(trainingData)
    .where(and(ofProject, usable, isUploaded, wanted === undefined ? undefined : eq(trainingData.id, wanted)))
    .orderBy(desc(trainingData.id))
    .limit(1);
  if (row === undefined && wanted !== undefined) {
    throw fieldError("base", "This is no uploaded file of the project that was read without an error.");
  }
  return row?.id ?? null;
}
