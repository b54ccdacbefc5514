/** The facts from the database that decide how a retraining run begins. */
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { retrainingRun } from "#db/retraining-schema.ts";
import { modelConfiguration, trainingData } from "#db/schema.ts";
import type { RetrainingFacts } from "#jobs/retraining-job.ts";
import type { ServiceDeps } from "../deps.ts";
import { dataProblem } from "../files/data-problem.ts";
import { parameterProblems } from "../models/model-configurations.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { findServingModel } from "../serving/deployment.ts";

/** The differences in retraining between deployments. */
export interface RetrainingStyle {
  /** How a run gives the size of its data: in rows by default. */
  readonly dataSize?: (data: TrainingDataRow) => number | null;
  /** Whether a new model replaces the live one without a measurement of both. */
  readonly deploysUnmeasured?: boolean;
}

export async function beginningFacts(
  {
    db,
    events,
    dataSize = acceptedRows,
    deploysUnmeasured = false,
  }: RetrainingStyle & Pick<ServiceDeps, "db" | "events">,
  schedule: RetrainingScheduleRow,
  { eventDataId }: Pick<RetrainingRunRow, "eventDataId">,
): Promise<RetrainingFacts> {
  const data = await chooseData(db, schedule);
  const made = eventDataId === null ? null : await findData(db, eventDataId);
  const serving = await findServingModel(db, schedule.projectId);
  return {
    settings: schedule,
    data: data && { id: data.id, rows: dataSize(data), problem: dataProblem(data) },
    events: schedule.usesEvents
      ? {
          count: await events.countLearnable(schedule.projectId),
          data: made && { id: made.id, rows: dataSize(made), status: made.status, error: made.error },
        }
      : null,
    lastCompleted: await lastCompletedRun(db, schedule),
    configurationProblem: await configurationProblem(db, schedule),
    servingModelId: serving?.id ?? null,
    deploysUnmeasured,
  };
}

async function findData(db: Database, id: number): Promise<TrainingDataRow | null> {
  const [row] = await db.select().from(trainingData).where(eq(trainingData.id, id));
  return row ?? null;
}

/** The schedule's own data; without it, the newest usable data. Data of events are no base of others: the events would count twice. */
async function chooseData(db: Database, schedule: RetrainingScheduleRow): Promise<TrainingDataRow | null> {
  const { projectId, dataId, usesEvents } = schedule;
  const isUploaded = usesEvents ? sql`json_extract(${trainingData.reading}, '$.events') is null` : undefined;
  const usable = and(eq(trainingData.status, "READY"), isNotNull(trainingData.fileKey), isUploaded);
  const [row] = await db
    .select()
    .from(trainingData)
    .where(and(eq(trainingData.projectId, projectId), dataId === null ? usable : eq(trainingData.id, dataId)))
    .orderBy(desc(trainingData.id))
    .limit(1);
  return row ?? null;
}

async function lastCompletedRun(
  db: Database,
  schedule: RetrainingScheduleRow,
): Promise<RetrainingFacts["lastCompleted"]> {
  const [last] = await db
    .select()
    .from(retrainingRun)
    .where(and(eq(retrainingRun.scheduleId, schedule.id), eq(retrainingRun.status, "COMPLETED")))
    .orderBy(desc(retrainingRun.id))
    .limit(1);
  return last ?? null;
}

async function configurationProblem(
  db: Database,
  { configurationId, projectId }: RetrainingScheduleRow,
): Promise<string | null> {
  if (configurationId === null) return null;
  const [row] = await db
    .select()
    .from(modelConfiguration)
    .where(and(eq(modelConfiguration.id, configurationId), eq(modelConfiguration.projectId, projectId)));
  return row === undefined ? "The model configuration is gone." : (parameterProblems(row)[0] ?? null);
}

function acceptedRows({ report }: TrainingDataRow): number | null {
  const rows = (report as { accepted_rows?: unknown } | null)?.accepted_rows;
  return typeof rows === "number" ? rows : null;
}
