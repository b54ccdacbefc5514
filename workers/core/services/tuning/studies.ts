/** Tuning studies and the database: a study's input and its progress. Its result: `study-outcome.ts`. */
import { and, eq, inArray, isNull, ne } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { isOpenJob, OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
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
import type { Configuration } from "#jobs/configuration.ts";
import type { Study, StudySpec } from "#jobs/study-job.ts";
import type { Clock } from "#platform/clock.ts";
import { studyFeaturesKey, studySampleKey, studyWrittenKey } from "#storage/keys.ts";
import { unusableDataText } from "../files/data-problem.ts";
import { jobFeatures } from "../files/feature-sources.ts";
import type { CopyDeps } from "../files/written-copies.ts";
import { engineScheme, namedAlgorithms } from "./fitting-search.ts";

export interface StudyDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Settings of a study for a job that does not give them. */
export interface StudyDefaults {
  /** Null lets the plan choose by the size of the data. */
  readonly algorithms: readonly AlgorithmName[] | null;
  /** Whether a study of those algorithms blends the best trials. */
  readonly triesBlend: boolean;
}

export const STUDY_DEFAULTS: StudyDefaults = { algorithms: null, triesBlend: true };

/** Reads the input for the study of a job, and copies what was written of items and users; null when the job has ended, or its dataset is missing. */
export async function studySpecOf(
  deps: Pick<StudyDeps, "db"> & CopyDeps,
  jobId: number,
  defaults: StudyDefaults = STUDY_DEFAULTS,
): Promise<StudySpec | null> {
  const { db } = deps;
  const fixed = alias(modelConfiguration, "fixed");
  const serving = alias(modelConfiguration, "serving");
  const [row] = await db
    .select({
      job: tuningJob,
      split: splitConfig,
      evaluation: evaluationConfig,
      datasetKey: trainingData.artifactKey,
      timeColumn: project.timeColumn,
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
    .where(and(eq(tuningJob.id, jobId), inArray(tuningJob.status, [...OPEN_JOB_STATUSES])));
  if (!row?.datasetKey) return null;
  const { job, split, evaluation, datasetKey } = row;
  const named = namedAlgorithms(job.algorithms);
  return {
    jobId,
    projectId: job.projectId,
    dataId: job.dataId,
    datasetKey,
    ...(await jobFeatures(deps, job.projectId, {
      features: studyFeaturesKey(job.projectId, jobId),
      written: (side) => studyWrittenKey(job.projectId, jobId, side),
    })),
    sample: { key: studySampleKey(job.projectId, jobId), seed: split.randomSeed },
    split: {
      scheme: engineScheme(split.scheme),
      heldout_ratio: split.heldoutRatio,
      n_heldout: heldOutCount(split),
      test_user_ratio: split.testUserRatio,
      n_test_users: split.nTestUsers,
      keeps_seen: split.keepsSeen,
      seed: split.randomSeed,
    },
    metric: evaluation.targetMetric,
    cutoff: evaluation.cutoff,
    algorithms: named ?? defaults.algorithms,
    hasTimes: row.timeColumn !== null,
    memoryBudgetMb: job.memoryBudgetMb,
    trialCount: job.trialCount,
    parallelTrials: job.parallelTrials,
    // A job without a seed uses its own id: different from other jobs', and the same after a restart.
    seed: job.randomSeed ?? jobId,
    overallTimeoutMs: job.overallTimeoutS === null ? null : job.overallTimeoutS * 1000,
    trialTimeoutMs: job.trialTimeoutS === null ? null : job.trialTimeoutS * 1000,
    trainAfterTuning: job.trainAfterTuning,
    // A blend is found on scores of known items and users.
    triesBlend: named === null && defaults.triesBlend,
    fixed: row.fixed && configurationOf(row.fixed),
    serving: row.serving && configurationOf(row.serving),
  };
}

/** Null if its parameters are impossible: it cannot be measured. */
function configurationOf(
  row: Pick<typeof modelConfiguration.$inferSelect, "recommenderClassName" | "parameters">,
): Configuration | null {
  const algorithm = findAlgorithm(row.recommenderClassName);
  if (algorithm === null) return null;
  const parsed = parseParams(algorithm, row.parameters);
  return parsed.ok ? { algorithm, params: parsed.params } : null;
}

/** A split by one moment in time has a share and no count per user; Recotem's clients send one and expect it to be ignored. */
export function heldOutCount(
  split: Pick<typeof splitConfig.$inferSelect, "scheme" | "nHeldout">,
): number | null {
  return split.scheme === "TG" ? null : split.nHeldout;
}

/**
 * Writes that a study runs, or is paused; an ended job is unchanged. False if it has ended or is gone: the study has no reason to
 * run.
 */
export async function markStudy({ db, clock }: StudyDeps, { spec, pausedAt }: Study): Promise<boolean> {
  const status = pausedAt === null ? "RUNNING" : "PAUSED";
  const isOther = and(inArray(tuningJob.status, [...OPEN_JOB_STATUSES]), ne(tuningJob.status, status));
  const [, [job]] = await db.batch([
    db
      .update(tuningJob)
      .set({ status, updatedAt: clock() })
      .where(and(eq(tuningJob.id, spec.jobId), isOther)),
    db.select({ status: tuningJob.status }).from(tuningJob).where(eq(tuningJob.id, spec.jobId)),
  ]);
  return job !== undefined && isOpenJob(job.status);
}

/** Why a study can never begin; its job ends, so that no caller waits for it. */
export async function giveUpStudy({ db, clock }: StudyDeps, jobId: number): Promise<void> {
  const [row] = await db
    .select({ data: trainingData })
    .from(tuningJob)
    .innerJoin(trainingData, eq(trainingData.id, tuningJob.dataId))
    .where(eq(tuningJob.id, jobId));
  const error = row && unusableDataText(row.data);
  if (!error) return;
  await db
    .update(tuningJob)
    .set({ status: "FAILED", error, updatedAt: clock() })
    .where(and(eq(tuningJob.id, jobId), inArray(tuningJob.status, [...OPEN_JOB_STATUSES])));
}
