/** Models side by side: what they are made of, what they measure on held-out data, and whether that can be compared. */
import { and, eq, inArray } from "drizzle-orm";
import { ingestionReport } from "#contract/ingestion.ts";
import {
  type ComparedModel,
  MAX_COMPARED_MODELS,
  MIN_COMPARED_MODELS,
  type ModelComparison,
  type ModelEvaluationRequest,
} from "#contract/model-comparison.ts";
import { tuningJobRequest } from "#contract/tuning-job.ts";
import { deploymentSlot, modelConfiguration, trainedModel, trainingData, tuningJob } from "#db/schema.ts";
import { AppError, fieldError, notFound } from "./app-error.ts";
import type { ServiceDeps } from "./deps.ts";
import { parameterProblems } from "./model-configurations.ts";
import { type TrainedModelRow, type TuningJobRow, trainedModels } from "./resources.ts";
import { createTuningJob } from "./tuning-jobs.ts";
import type { Viewer } from "./viewer.ts";

type Deps = Pick<ServiceDeps, "db">;
type Measurement = NonNullable<ComparedModel["measurement"]>;

const COUNT_TEXT = `Name ${MIN_COMPARED_MODELS} to ${MAX_COMPARED_MODELS} different models, as in 3,7.`;

/** The ids of a query such as `3,7`. */
export function comparedIds(text: string): number[] {
  const ids = text.split(",").map((id) => id.trim());
  const distinct = new Set(ids);
  const isCount = distinct.size === ids.length && ids.length >= MIN_COMPARED_MODELS;
  if (!isCount || ids.length > MAX_COMPARED_MODELS) throw fieldError("ids", COUNT_TEXT);
  if (ids.some((id) => !/^\d{1,15}$/.test(id))) throw fieldError("ids", COUNT_TEXT);
  return ids.map(Number);
}

export async function compareModels(
  { db }: Deps,
  viewer: Viewer,
  ids: readonly number[],
): Promise<ModelComparison> {
  const rows = await db
    .select({ model: trainedModel, configuration: modelConfiguration, data: trainingData })
    .from(trainedModel)
    .innerJoin(modelConfiguration, eq(modelConfiguration.id, trainedModel.configurationId))
    .innerJoin(trainingData, eq(trainingData.id, trainedModel.dataId))
    .where(and(inArray(trainedModel.id, [...ids]), trainedModels.visibleTo(viewer)));
  const jobs = await jobsOf(
    { db },
    rows.map((row) => row.model),
  );
  const slots = await db
    .select({ modelId: deploymentSlot.modelId })
    .from(deploymentSlot)
    .where(and(inArray(deploymentSlot.modelId, [...ids]), eq(deploymentSlot.isActive, true)));
  const serving = new Set(slots.map((slot) => slot.modelId));
  const models = ids.map((id) => {
    const row = rows.find(({ model }) => model.id === id);
    if (row === undefined) throw notFound(trainedModels.model);
    return toComparedModel(row, jobs, serving.has(id));
  });
  const best = bestOf(models);
  return { models, is_comparable: best !== null, best };
}

/** The jobs that trained or measured some models, by id. */
async function jobsOf({ db }: Deps, models: readonly TrainedModelRow[]): Promise<Map<number, TuningJobRow>> {
  const ids = models
    .flatMap((model) => [model.tuningJobId, model.measuringJobId])
    .filter((id) => id !== null);
  const rows = ids.length === 0 ? [] : await db.select().from(tuningJob).where(inArray(tuningJob.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

interface Row {
  readonly model: TrainedModelRow;
  readonly configuration: typeof modelConfiguration.$inferSelect;
  readonly data: typeof trainingData.$inferSelect;
}

function toComparedModel(
  { model, configuration, data }: Row,
  jobs: ReadonlyMap<number, TuningJobRow>,
  isServing: boolean,
): ComparedModel {
  const report = ingestionReport.safeParse(data.report);
  const { users, items, interactions } = report.data ?? { users: null, items: null, interactions: null };
  const trainedBy = jobs.get(model.tuningJobId ?? 0);
  return {
    id: model.id,
    version: model.version,
    status: model.status,
    ins_datetime: new Date(model.createdAt).toISOString(),
    recommender_class_name: configuration.recommenderClassName,
    parameters_json: configuration.parameters,
    filesize: model.filesize,
    training_seconds: model.trainingSeconds,
    data: { id: data.id, basename: data.basename, users, items, interactions },
    measurement: measurementOf(model, jobs.get(model.measuringJobId ?? 0) ?? trainedBy),
    lineage: {
      configuration: configuration.id,
      tuning_job: configuration.tuningJobId,
      parent: trainedBy?.servingModelId ?? null,
    },
    is_serving: isServing,
  };
}

function measurementOf({ metrics }: TrainedModelRow, job: TuningJobRow | undefined): Measurement | null {
  if (metrics === null || job === undefined) return null;
  const { id, dataId: data, splitId: split, evaluationId: evaluation, finalMetrics } = job;
  return {
    tuning_job: id,
    data,
    split,
    evaluation,
    metrics,
    intervals: finalMetrics?.intervals?.winner ?? null,
  };
}

/** Null unless all models were measured alike. All metrics are the better the higher. */
/** The Gini index grows with the share of the few items that everybody is shown. */
function isBetterLow(metric: string): boolean {
  return metric.startsWith("gini@");
}

function bestOf(models: readonly ComparedModel[]): ModelComparison["best"] {
  const measured = models.map((model) => model.measurement);
  const [first] = measured;
  if (!first || !measured.every((other) => other && isAlike(first, other))) return null;
  const names = Object.keys(first.metrics).filter((name) =>
    measured.every((other) => other?.metrics[name] !== undefined),
  );
  return Object.fromEntries(
    names.map((name) => {
      const values = models.map((model) => ({
        model: model.id,
        value: model.measurement?.metrics[name] ?? 0,
      }));
      const sign = isBetterLow(name) ? -1 : 1;
      return [name, values.reduce((best, other) => (sign * other.value > sign * best.value ? other : best))];
    }),
  );
}

function isAlike(a: Measurement, b: Measurement): boolean {
  return a.data === b.data && a.split === b.split && a.evaluation === b.evaluation;
}

/**
 * Starts the measurement of a model: its configuration is fitted to the training part of its data and measured on the test part,
 * and popularity with it. The model itself, which has seen all of its data, cannot be measured on any of it.
 */
export async function evaluateModel(
  deps: Pick<ServiceDeps, "db" | "jobs" | "clock">,
  viewer: Viewer,
  row: TrainedModelRow,
  request: ModelEvaluationRequest,
): Promise<TuningJobRow> {
  const [configuration] = await deps.db
    .select()
    .from(modelConfiguration)
    .where(eq(modelConfiguration.id, row.configurationId));
  const [problem] = configuration ? parameterProblems(configuration) : ["The model configuration is gone."];
  if (problem !== undefined) throw new AppError("conflict", problem);
  const { split, evaluation } = request;
  const body = { data: row.dataId, split, evaluation, n_trials: 1, train_after_tuning: false };
  const plan = { fixedConfigurationId: row.configurationId, measuredModelId: row.id };
  return createTuningJob(deps, viewer, tuningJobRequest.parse(body), plan);
}
