import { eq } from "drizzle-orm";
import { type TuningJobRequest, tuningJobRequest } from "#contract/tuning-job.ts";
import { adoptNewData, isBeginning, lostRun } from "#db/adopt-new-row.ts";
import { insertWhere } from "#db/insert-where.ts";
import { project, trainingData } from "#db/schema.ts";
import type { RetrainingEffect } from "#jobs/retraining-job.ts";
import { ownerViewer } from "../access/owner-viewer.ts";
import type { ServiceDeps } from "../deps.ts";
import { newEventData } from "../files/event-data.ts";
import type { TablesDeps } from "../files/feature-sources.ts";
import { insertModel } from "../models/insert-model.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import { comparisonParts } from "../tuning/comparison-parts.ts";
import { createTuningJob, type StudyPurpose } from "../tuning/tuning-jobs.ts";

type Deps = Pick<ServiceDeps, "jobs" | "clock" | "randomBytes" | "isolateFileBytes"> & TablesDeps;

/**
 * Starts the work of a run: its row is written in one transaction with the run. Does nothing for other effects. Throws `AppError` for
 * work that no attempt could do.
 */
export async function startWork(
  deps: Deps,
  schedule: RetrainingScheduleRow,
  run: RetrainingRunRow,
  effect: RetrainingEffect,
): Promise<void> {
  const { projectId } = schedule;
  const tune = async (request: Partial<TuningJobRequest>, plan: StudyPurpose) => {
    const owner = await ownerViewer(deps, projectId);
    await createTuningJob(deps, owner, tuningJobRequest.parse(request), { run, ...plan });
  };
  switch (effect.type) {
    case "snapshot":
      return makeSnapshot(deps, run, effect.baseId);
    case "train": {
      const { dataId, configurationId, deploy } = effect;
      const data = { id: dataId, projectId };
      const model = await insertModel(deps, { configuration: { id: configurationId }, data, run, deploy });
      return deps.jobs.train(model.id);
    }
    case "measure": {
      const { dataId, configurationId, servingModelId } = effect;
      const parts = await comparisonParts(deps, schedule, await ownerViewer(deps, projectId));
      const plan = { fixedConfigurationId: configurationId, servingModelId };
      return tune({ data: dataId, ...parts, n_trials: 1 }, plan);
    }
    case "search": {
      const { dataId: data, splitId: split, evaluationId: evaluation, deploy, servingModelId } = effect;
      return tune({ data, split, evaluation, deploy }, { servingModelId });
    }
  }
}

/** The row of the data is written in one transaction with the run: a killed run has made none, or goes on with the one it made. */
async function makeSnapshot(deps: Deps, run: RetrainingRunRow, base: number | null): Promise<void> {
  const [ofRun] = await deps.db.select().from(project).where(eq(project.id, run.projectId));
  if (ofRun === undefined) return;
  const now = deps.clock();
  const file = await newEventData(deps, ofRun, { base, weights: {} });
  const values = { ...file, createdAt: now, updatedAt: now };
  const [[made]] = await deps.db.batch([
    insertWhere(deps.db, trainingData, values, isBeginning(run)),
    adoptNewData(deps.db, run, now),
  ]);
  if (made === undefined) throw lostRun(run);
  await deps.jobs.ingest("training_data", made.id);
}
