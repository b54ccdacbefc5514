/** Tuning studies and the database: what a study starts from, and what becomes of its result. Every write is idempotent. */
import { and, eq, inArray, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { findAlgorithm, recommenderClassName } from "#contract/algorithm-names.ts";
import type { DeployMode } from "#contract/deployment.ts";
import { parseParams } from "#contract/parse-params.ts";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import type { Database } from "#db/database.ts";
import {
  evaluationConfig,
  modelConfiguration,
  project,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
} from "#db/schema.ts";
import { bestTrial, type Configuration, type Study, type StudySpec } from "#jobs/study-job.ts";
import type { Clock } from "#platform/clock.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import { fittingSearch, studiedAlgorithms } from "./fitting-search.ts";
import type { TuningJobRow } from "./resources.ts";
import { testPartOf } from "./test-part.ts";

export interface StudyDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Reads what the study of a job needs; null when the job, or its dataset, is not there. */
export async function studySpecOf({ db }: Pick<StudyDeps, "db">, jobId: number): Promise<StudySpec | null> {
  const fixed = alias(modelConfiguration, "fixed");
  const serving = alias(modelConfiguration, "serving");
  const [row] = await db
    .select({
      job: tuningJob,
      split: splitConfig,
      evaluation: evaluationConfig,
      datasetKey: trainingData.artifactKey,
      timeColumn: project.timeColumn,
      report: trainingData.report,
      fixed,
      serving,
    })
    .from(tuningJob)
    .innerJoin(project, and(eq(project.id, tuningJob.projectId), isNull(project.deletedAt)))
    .leftJoin(fixed, eq(fixed.id, tuningJob.fixedConfigurationId))
    .leftJoin(trainedModel, eq(trainedModel.id, tuningJob.servingModelId))
    .leftJoin(serving, eq(serving.id, trainedModel.configurationId))
    .innerJoin(splitConfig, eq(splitConfig.id, tuningJob.splitId))
    .innerJoin(evaluationConfig, eq(evaluationConfig.id, tuningJob.evaluationId))
    .innerJoin(trainingData, eq(trainingData.id, tuningJob.dataId))
    .where(eq(tuningJob.id, jobId));
  if (!row?.datasetKey) return null;
  const { job, split, evaluation, datasetKey, report } = row;
  const wanted = studiedAlgorithms(job.algorithms);
  const search = fittingSearch(
    { report, hasTimes: row.timeColumn !== null, budgetMb: job.memoryBudgetMb },
    wanted,
  );
  return {
    jobId,
    projectId: job.projectId,
    dataId: job.dataId,
    datasetKey,
    split: {
      scheme: split.scheme,
      heldout_ratio: split.heldoutRatio,
      n_heldout: heldOutCount(split),
      test_user_ratio: split.testUserRatio,
      n_test_users: split.nTestUsers,
      seed: split.randomSeed,
    },
    metric: evaluation.targetMetric,
    cutoff: evaluation.cutoff,
    // Where nothing fits, trials say why.
    algorithms: search.algorithms.length > 0 ? search.algorithms : wanted,
    limits: search.limits,
    memoryBudgetMb: job.memoryBudgetMb,
    trialCount: job.trialCount,
    parallelTrials: job.parallelTrials,
    // A job without a seed takes its own id: unlike others', and the same again after a restart.
    seed: job.randomSeed ?? jobId,
    overallTimeoutMs: job.overallTimeoutS === null ? null : job.overallTimeoutS * 1000,
    trialTimeoutMs: job.trialTimeoutS === null ? null : job.trialTimeoutS * 1000,
    trainAfterTuning: job.trainAfterTuning,
    fixed: row.fixed && configurationOf(row.fixed),
    serving: row.serving && configurationOf(row.serving),
  };
}

/** Null where its parameters are impossible: it cannot be measured. */
function configurationOf(
  row: Pick<typeof modelConfiguration.$inferSelect, "recommenderClassName" | "parameters">,
): Configuration | null {
  const algorithm = findAlgorithm(row.recommenderClassName);
  if (algorithm === null) return null;
  const parsed = parseParams(algorithm, row.parameters);
  return parsed.ok ? { algorithm, params: parsed.params } : null;
}

/** A split by one moment in time has a share and no count per user; clients of Recotem send one and expect it to be ignored. */
export function heldOutCount(
  split: Pick<typeof splitConfig.$inferSelect, "scheme" | "nHeldout">,
): number | null {
  return split.scheme === "TG" ? null : split.nHeldout;
}

/** Writes that a study runs, or is paused; one that has ended stays as it ended. */
export async function markStudy({ db, clock }: StudyDeps, { spec, pausedAt }: Study): Promise<void> {
  const status = pausedAt === null ? "RUNNING" : "PAUSED";
  const isOther = and(inArray(tuningJob.status, [...OPEN_JOB_STATUSES]), ne(tuningJob.status, status));
  await db
    .update(tuningJob)
    .set({ status, updatedAt: clock() })
    .where(and(eq(tuningJob.id, spec.jobId), isOther));
}

/**
 * Writes the outcome of a study: the job's row, the best configuration under its name, and, when asked for, the row of the
 * model to train. Returns that row's id, or null when there is nothing to train. Does nothing when the job is gone.
 */
export async function settleStudy(deps: StudyDeps, study: Study): Promise<number | null> {
  const { db, clock } = deps;
  const { jobId } = study.spec;
  const [job] = await db.select().from(tuningJob).where(eq(tuningJob.id, jobId));
  if (!job) return null;
  if (study.phase !== "completed") {
    const status = study.phase === "cancelled" ? "CANCELLED" : "FAILED";
    await db
      .update(tuningJob)
      .set({
        status,
        error: study.error,
        bestScore: bestTrial(study)?.outcome.value ?? null,
        updatedAt: clock(),
      })
      .where(eq(tuningJob.id, jobId));
    return null;
  }
  const configurationId = job.fixedConfigurationId ?? (await saveBestConfiguration(deps, study));
  const modelId = study.spec.trainAfterTuning
    ? await createTunedModel(deps, study, { configurationId, deploy: job.deploy })
    : null;
  await db
    .update(tuningJob)
    .set({
      status: "COMPLETED",
      bestScore: bestTrial(study)?.outcome.value ?? null,
      bestConfigId: configurationId,
      tunedModelId: modelId,
      finalMetrics: study.finalResult,
      testPart: study.finalResult && testPartOf(study.spec),
      engineVersion: ENGINE_VERSION,
      updatedAt: clock(),
    })
    .where(eq(tuningJob.id, jobId));
  await showMeasurement(deps, job, study);
  return modelId;
}

/** A model shows its first figure, or a newer one of the same test part; others stand with the jobs that measured them. */
async function showMeasurement({ db, clock }: StudyDeps, job: TuningJobRow, study: Study): Promise<void> {
  if (job.measuredModelId === null || !study.finalResult) return;
  const testPart = testPartOf(study.spec);
  await db
    .update(trainedModel)
    .set({ metrics: study.finalResult.winner, testPart, measuringJobId: job.id, updatedAt: clock() })
    .where(
      and(
        eq(trainedModel.id, job.measuredModelId),
        or(isNull(trainedModel.metrics), eq(trainedModel.testPart, testPart)),
      ),
    );
}

async function saveBestConfiguration({ db, clock }: StudyDeps, study: Study): Promise<number> {
  const { jobId, projectId } = study.spec;
  const best = bestTrial(study);
  if (!best?.configuration) throw new Error(`Study ${jobId} completed without a complete trial.`);
  await db
    .insert(modelConfiguration)
    .values({
      projectId,
      tuningJobId: jobId,
      name: `Tuning Result of job ${jobId}`,
      recommenderClassName: recommenderClassName(best.configuration.algorithm),
      parameters: { ...best.outcome.params },
      createdAt: clock(),
      updatedAt: clock(),
    })
    .onConflictDoNothing();
  const [row] = await db
    .select({ id: modelConfiguration.id })
    .from(modelConfiguration)
    .where(eq(modelConfiguration.tuningJobId, jobId));
  if (!row) throw new Error(`The name "Tuning Result of job ${jobId}" is taken by another configuration.`);
  return row.id;
}

async function createTunedModel(
  { db, clock }: StudyDeps,
  study: Study,
  { configurationId, deploy }: { readonly configurationId: number; readonly deploy: DeployMode },
): Promise<number> {
  const { jobId, projectId, dataId } = study.spec;
  const find = () =>
    db.select({ id: trainedModel.id }).from(trainedModel).where(eq(trainedModel.tuningJobId, jobId));
  const [known] = await find();
  if (known) return known.id;
  await db
    .insert(trainedModel)
    .values({
      projectId,
      configurationId,
      dataId,
      tuningJobId: jobId,
      version: nextVersion(projectId),
      metrics: study.finalResult?.winner ?? null,
      testPart: study.finalResult && testPartOf(study.spec),
      deploy,
      createdAt: clock(),
      updatedAt: clock(),
    })
    .onConflictDoNothing({ target: trainedModel.tuningJobId });
  const [created] = await find();
  if (!created) throw new Error(`The model of study ${jobId} could not be created.`);
  return created.id;
}

/** The next version number of a project's models, drawn by the statement that inserts the model: any number may do so at once. */
export function nextVersion(projectId: number): SQL<number> {
  const latest = sql`select max(version) from ${trainedModel} where project_id = ${projectId}`;
  return sql<number>`(coalesce((${latest}), 0) + 1)`;
}
