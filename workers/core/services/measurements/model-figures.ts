/** All measurements of models, each figure with its test part: no measurement replaces another. */
import { and, desc, eq, inArray, isNotNull, or } from "drizzle-orm";
import type { ColdMetrics, MetricIntervals } from "#contract/tuning-job.ts";
import type { Database } from "#db/database.ts";
import { tuningJob } from "#db/schema.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { type TuningJobRow, testPartOfJob } from "../resources/tuning-job.ts";

type Half = "winner" | "serving";

/** One job's measurement of a model's configuration, fitted to the training part of the job's data. */
export interface Figure {
  readonly testPart: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: MetricIntervals | null;
  /** On new items and new users; null where they were not measured. */
  readonly cold: ColdMetrics | null;
  /** The model's name among what the job measured. */
  readonly half: Half;
  /** Null if it was deleted: only its figure on the model's row remains. */
  readonly job: TuningJobRow | null;
}

type Model = Pick<TrainedModelRow, "id" | "tuningJobId" | "measuringJobId" | "metrics" | "testPart">;

/** By model, the newest first. */
export async function figuresOf(db: Database, models: readonly Model[]): Promise<Map<number, Figure[]>> {
  const jobs = await jobsAbout(db, models);
  return new Map(models.map((model) => [model.id, figuresOfModel(model, jobs)]));
}

/** The jobs that found, measured or compared with any of some models. */
async function jobsAbout(db: Database, models: readonly Model[]): Promise<TuningJobRow[]> {
  if (models.length === 0) return [];
  const ids = models.map((model) => model.id);
  const makers = models
    .flatMap(({ tuningJobId, measuringJobId }) => [tuningJobId, measuringJobId])
    .filter((id) => id !== null);
  const isAbout = or(
    inArray(tuningJob.id, makers),
    inArray(tuningJob.measuredModelId, ids),
    inArray(tuningJob.servingModelId, ids),
  );
  return db
    .select()
    .from(tuningJob)
    .where(and(isAbout, eq(tuningJob.status, "COMPLETED"), isNotNull(tuningJob.finalMetrics)))
    .orderBy(desc(tuningJob.id));
}

function figuresOfModel(model: Model, jobs: readonly TuningJobRow[]): Figure[] {
  const figures = jobs.flatMap((job): Figure[] => {
    const half = halfOf(model, job);
    if (!half) return [];
    const { finalMetrics } = job;
    const metrics = finalMetrics?.[half];
    const intervals = finalMetrics?.intervals?.[half] ?? null;
    const cold = half === "winner" ? (finalMetrics?.cold ?? null) : null;
    const own = metrics ? [{ testPart: testPartOfJob(job), metrics, intervals, cold, half, job }] : [];
    return [...own, ...figureOfSample(half, job)];
  });
  const { metrics, testPart } = model;
  const isKnown = figures.some((figure) => figure.testPart === testPart);
  if (metrics === null || testPart === null || isKnown) return figures;
  return [...figures, { testPart, metrics, intervals: null, cold: null, half: "winner", job: null }];
}

/** Beside the figure of all data there may be one of a sample: of a live model that only one isolate can fit, there is no other. */
function figureOfSample(half: "winner" | "serving", job: TuningJobRow): Figure[] {
  const sample = job.finalMetrics?.of_sample;
  const metrics = sample?.[half];
  if (!sample?.test_part || !metrics) return [];
  const intervals = sample.intervals?.[half] ?? null;
  return [{ testPart: sample.test_part, metrics, intervals, cold: null, half, job }];
}

/** The model's name in a job's figures. */
function halfOf(model: Model, job: TuningJobRow): Half | null {
  const isWinner = [model.tuningJobId, model.measuringJobId].includes(job.id);
  if (isWinner || job.measuredModelId === model.id) return "winner";
  return job.servingModelId === model.id ? "serving" : null;
}
