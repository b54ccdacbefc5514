/** A project with data and a configuration, and its schedule. */
import { eq } from "drizzle-orm";
import { pageOf } from "#contract/primitives.ts";
import {
  retrainingRunResponse,
  retrainingScheduleResponse,
  retrainingTriggered,
} from "#contract/retraining.ts";
import type { FinalMetrics } from "#contract/tuning-job.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import type { Study } from "#jobs/study-job.ts";
import type { RetrainingStyle } from "#services/retraining/beginning-facts.ts";
import { advanceOpenRuns, beginDueRuns } from "#services/retraining/retraining-runs.ts";
import { settleTraining } from "#services/retraining/training-outcome.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { settleStudy } from "#services/tuning/study-outcome.ts";
import { createProject, join, type Person, readAs, type TestApi, testApi } from "./api.ts";
import { post, readyData } from "./study.ts";

export const HOUR_MS = 3_600_000;
export const runs = pageOf(retrainingRunResponse);
type Settled = Parameters<typeof settleTraining>[1];

export interface Setup {
  readonly api: TestApi;
  readonly ann: Person;
  readonly projectId: number;
  readonly dataId: number;
  readonly configurationId: number;
}

export async function setUp(): Promise<Setup> {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: projectId } = await createProject(ann);
  const dataId = await readyData(projectId);
  const configuration = { project: projectId, recommender_class_name: "TopPopRecommender" };
  const configurationId = await post(ann, "/model_configuration/", configuration);
  return { api, ann, projectId, dataId, configurationId };
}

/** The cron's work for retraining. */
export async function driveRetraining(deps: TestApi["deps"] & RetrainingStyle): Promise<void> {
  await beginDueRuns(deps);
  await advanceOpenRuns(deps);
}

/** An enabled schedule that trains each hour. */
export async function hourly({ ann, projectId, configurationId }: Setup, overrides: object = {}) {
  const body = {
    project: projectId,
    is_enabled: true,
    cron_expression: "0 * * * *",
    model_configuration: configurationId,
    ...overrides,
  };
  return readAs(retrainingScheduleResponse, await ann.call("POST", "/retraining_schedule/", body), 201);
}

/** The effects a number of hours later: for the cron alone, since tokens last minutes. */
export function hoursLater({ api }: Setup, hours = 1): TestApi["deps"] {
  return { ...api.deps, clock: () => api.deps.clock() + hours * HOUR_MS };
}

export async function runsOf({ ann }: Setup, schedule: { id: number }) {
  return (await readAs(runs, await ann.call("GET", `/retraining_run/?schedule=${schedule.id}`))).results;
}

export async function trigger({ ann }: Setup, schedule: { id: number }) {
  const response = await ann.call("POST", `/retraining_schedule/${schedule.id}/trigger/`);
  return (await readAs(retrainingTriggered, response, 202)).run;
}

/** Ends a training as its coordinator does. */
export async function endTraining({ api }: Setup, modelId: number, lastError: string | null = null) {
  const [row] = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
  if (!row) throw new Error("no such model");
  const spec = {
    modelId,
    projectId: row.projectId,
    artifactKey: `projects/${row.projectId}/models/${modelId}.e`,
  };
  const job = { spec, result: lastError === null ? { bytes: 3 } : null, task: { lastError } };
  await settleTraining(api.deps, job as unknown as Settled);
}

/** Ends the measurement of a run as its coordinator does, and with it the training of the new model; its id. */
export async function endMeasuring(setup: Setup, jobId: number, found: FinalMetrics): Promise<number> {
  const { deps } = setup.api;
  const spec = await studySpecOf(deps, jobId);
  const task = { phase: "done" };
  const outcome = { state: "COMPLETE", params: {}, value: 0.5, metrics: {}, seconds: 1 };
  const trials = [{ number: 0, task, configuration: spec?.fixed, reports: [], outcome }];
  const study = { spec, phase: "completed", trials, finalResult: found, error: null };
  const modelId = await settleStudy(deps, study as unknown as Study);
  if (modelId === null) throw new Error("nothing was trained");
  await endTraining(setup, modelId);
  return modelId;
}

export async function defaultSlot({ api, projectId }: Setup) {
  const [slot] = await api.deps.db
    .select()
    .from(deploymentSlot)
    .where(eq(deploymentSlot.projectId, projectId));
  return slot;
}

export async function onlyModelId({ api, projectId }: Setup): Promise<number> {
  const rows = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, projectId));
  return Math.max(...rows.map((row) => row.id));
}

/** The trainings of this project; schedules of other tests are due in the same database. */
export async function trainingsOf({ api, projectId }: Setup): Promise<number[]> {
  const rows = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, projectId));
  const own = new Set(rows.map((row) => row.id));
  return api.calls.flatMap(([name, id]) => (name === "train" && own.has(Number(id)) ? [Number(id)] : []));
}
