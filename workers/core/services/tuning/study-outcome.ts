/** Writes a study's result. Every write is idempotent. */
import { and, eq, inArray, isNull, like, or } from "drizzle-orm";
import { recommenderClassName } from "#contract/algorithm-names.ts";
import type { DeployMode } from "#contract/deployment.ts";
import { type FinalMetrics, isOpenJob, OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import { modelConfiguration, trainedModel, tuningJob } from "#db/schema.ts";
import { type Study, winnerOf } from "#jobs/study-job.ts";
import { ENGINE_VERSION } from "../models/engine-version.ts";
import { nextVersion } from "../models/next-version.ts";
import type { TuningJobRow } from "../resources/tuning-job.ts";
import { type DecisionDeps, decideOnModel } from "./first-measurement.ts";
import { NeverSettles } from "./settle-failure.ts";
import type { StudyDeps } from "./studies.ts";
import { testPartOf } from "./test-part.ts";

/**
 * Writes the outcome of a study: the job's row, and the best configuration under its name. If asked for, it also writes the row
 * of the model to train. Returns that row's id, or null when there is nothing to train. Decides about a model that waited for
 * this measurement. Does nothing when the job is gone, or was ended by a caller.
 */
export async function settleStudy(deps: DecisionDeps, study: Study): Promise<number | null> {
  const { db, clock } = deps;
  const { jobId } = study.spec;
  const [job] = await db.select().from(tuningJob).where(eq(tuningJob.id, jobId));
  if (!job) return null;
  const isOpen = and(eq(tuningJob.id, jobId), inArray(tuningJob.status, [...OPEN_JOB_STATUSES]));
  const bestScore = winnerOf(study)?.value ?? null;
  if (study.phase !== "completed") {
    const status = study.phase === "cancelled" ? "CANCELLED" : "FAILED";
    const ended = { status, error: study.error, bestScore, updatedAt: clock() } as const;
    await db.update(tuningJob).set(ended).where(isOpen);
    await decideOnMeasured(deps, job);
    return null;
  }
  if (!isOpenJob(job.status) && job.status !== "COMPLETED") return null;
  const configurationId = job.fixedConfigurationId ?? (await saveBestConfiguration(deps, study));
  const modelId = study.spec.trainAfterTuning
    ? await createTunedModel(deps, study, { configurationId, deploy: job.deploy })
    : null;
  await db
    .update(tuningJob)
    .set({
      status: "COMPLETED",
      bestScore,
      bestConfigId: configurationId,
      tunedModelId: modelId,
      finalMetrics: finalMetricsOf(study),
      testPart: testPartOfStudy(study),
      engineVersion: ENGINE_VERSION,
      updatedAt: clock(),
    })
    .where(isOpen);
  await showMeasurement(deps, job, study);
  await decideOnMeasured(deps, job);
  return modelId;
}

/** That of the study's last figures; null without them. */
function testPartOfStudy({ spec, finalResult }: Study): string | null {
  return finalResult && testPartOf(spec, finalResult.measured_on);
}

function finalMetricsOf({ spec, finalResult, coldResult }: Study): FinalMetrics | null {
  if (!finalResult) return null;
  const { of_sample: sample, ...figures } = finalResult;
  return {
    ...figures,
    ...(sample && {
      of_sample: { ...sample, test_part: testPartOf(spec, { data: "sample", users: sample.users }) },
    }),
    ...(coldResult && { cold: coldResult }),
  };
}

/** The model that waited for this measurement, if any. */
async function decideOnMeasured(
  deps: DecisionDeps,
  { measuredModelId, deploy }: TuningJobRow,
): Promise<void> {
  if (measuredModelId !== null && deploy === "if_better") await decideOnModel(deps, measuredModelId);
}

/** A model shows its first figure, or a newer one of the same test part; others stay with the jobs that measured them. */
async function showMeasurement({ db, clock }: StudyDeps, job: TuningJobRow, study: Study): Promise<void> {
  const testPart = testPartOfStudy(study);
  if (job.measuredModelId === null || !study.finalResult || testPart === null) return;
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
  const winner = winnerOf(study);
  if (!winner) throw new NeverSettles("The study completed without a complete trial.");
  const find = () =>
    db
      .select({ id: modelConfiguration.id })
      .from(modelConfiguration)
      .where(eq(modelConfiguration.tuningJobId, jobId));
  const [known] = await find();
  if (known) return known.id;
  await db
    .insert(modelConfiguration)
    .values({
      projectId,
      tuningJobId: jobId,
      name: await freeName({ db }, projectId, `Tuning Result of job ${jobId}`),
      recommenderClassName: recommenderClassName(winner.algorithm),
      parameters: { ...winner.params },
      createdAt: clock(),
      updatedAt: clock(),
    })
    .onConflictDoNothing({ target: modelConfiguration.tuningJobId });
  const [made] = await find();
  if (!made) throw new Error(`The configuration of study ${jobId} could not be created.`);
  return made.id;
}

/**
 * A name without another configuration of the project: `wanted`, or `wanted (2)` and so on. An imported project has the names of
 * its former jobs.
 */
async function freeName({ db }: Pick<StudyDeps, "db">, projectId: number, wanted: string): Promise<string> {
  const rows = await db
    .select({ name: modelConfiguration.name })
    .from(modelConfiguration)
    .where(and(eq(modelConfiguration.projectId, projectId), like(modelConfiguration.name, `${wanted}%`)));
  const taken = new Set(rows.map(({ name }) => name));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted} (${number})`)) number++;
  return `${wanted} (${number})`;
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
      testPart: testPartOfStudy(study),
      deploy,
      createdAt: clock(),
      updatedAt: clock(),
    })
    .onConflictDoNothing({ target: trainedModel.tuningJobId });
  const [created] = await find();
  if (!created) throw new Error(`The model of study ${jobId} could not be created.`);
  return created.id;
}
