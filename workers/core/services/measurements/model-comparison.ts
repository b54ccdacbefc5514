/** Models side by side: their parts, their figures on held-out data, and whether these can be compared. */
import { and, eq, inArray } from "drizzle-orm";
import { ingestionReport } from "#contract/ingestion.ts";
import {
  type ComparedModel,
  MAX_COMPARED_MODELS,
  MIN_COMPARED_MODELS,
  type ModelComparison,
} from "#contract/model-comparison.ts";
import { deploymentSlot, modelConfiguration, trainedModel, trainingData } from "#db/schema.ts";
import { fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type TrainedModelRow, trainedModels } from "../resources/trained-model.ts";
import type { Viewer } from "../viewer.ts";
import { verdictsOf } from "./comparison-verdicts.ts";
import { type Figure, figuresOf } from "./model-figures.ts";
import { type PairedFigure, pairedFigure, pairsOf } from "./model-pairs.ts";

type Deps = Pick<ServiceDeps, "db" | "store">;
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
  deps: Deps,
  viewer: Viewer,
  ids: readonly number[],
): Promise<ModelComparison> {
  const { db } = deps;
  const rows = await db
    .select({ model: trainedModel, configuration: modelConfiguration, data: trainingData })
    .from(trainedModel)
    .innerJoin(modelConfiguration, eq(modelConfiguration.id, trainedModel.configurationId))
    .innerJoin(trainingData, eq(trainingData.id, trainedModel.dataId))
    .where(and(inArray(trainedModel.id, [...ids]), trainedModels.visibleTo(viewer)));
  const figures = await figuresOf(
    db,
    rows.map((row) => row.model),
  );
  const part = commonPart([...figures.values()]);
  const slots = await db
    .select({ modelId: deploymentSlot.modelId })
    .from(deploymentSlot)
    .where(and(inArray(deploymentSlot.modelId, [...ids]), eq(deploymentSlot.isActive, true)));
  const serving = new Set(slots.map((slot) => slot.modelId));
  const found = ids.map((id) => {
    const row = rows.find(({ model }) => model.id === id);
    if (row === undefined) throw notFound(trainedModels.model);
    const own = figures.get(id) ?? [];
    return { row, figure: shownFigure(row.model, own, part), figures: own, isServing: serving.has(id) };
  });
  const paired = await Promise.all(found.map(({ figure }) => figure && pairedFigure(deps, figure)));
  const models = found.map((known, at) => toComparedModel(known, paired[at] ?? null));
  const pairs = part === null ? [] : pairsOf(models, paired);
  const verdicts = part === null ? null : verdictsOf(models, pairs);
  const { best = null, not_distinguishable = [] } = verdicts ?? {};
  return { models, is_comparable: part !== null, test_part: part, best, pairs, not_distinguishable };
}

/** A test part that all models were measured on, the newest; null where there is none. */
function commonPart(all: readonly (readonly Figure[])[]): string | null {
  const [first = [], ...others] = all;
  const isCommon = (part: string) =>
    others.every((figures) => figures.some((figure) => figure.testPart === part));
  return first.find(({ testPart }) => isCommon(testPart))?.testPart ?? null;
}

/**
 * The figure on the common part; without one, the model's own. If another job measured the model on the part of its own figure,
 * too, the own figure is shown, as in the list of models.
 */
function shownFigure(model: TrainedModelRow, figures: readonly Figure[], part: string | null): Figure | null {
  const wanted = part ?? model.testPart;
  const onPart = figures.filter(({ testPart }) => testPart === wanted);
  const ownJob = model.measuringJobId ?? model.tuningJobId;
  const own = wanted === model.testPart ? onPart.find(({ job }) => job?.id === ownJob) : undefined;
  return own ?? onPart[0] ?? figures[0] ?? null;
}

interface Row {
  readonly model: TrainedModelRow;
  readonly configuration: typeof modelConfiguration.$inferSelect;
  readonly data: typeof trainingData.$inferSelect;
}

interface Known {
  readonly row: Row;
  readonly figures: readonly Figure[];
  /** The shown one. */
  readonly figure: Figure | null;
  readonly isServing: boolean;
}

function toComparedModel(
  { row: { model, configuration, data }, figures, figure, isServing }: Known,
  paired: PairedFigure | null,
): ComparedModel {
  const maker = figures.find(({ job }) => job !== null && job.id === model.tuningJobId)?.job;
  const report = ingestionReport.safeParse(data.report);
  const { users, items, interactions } = report.data ?? { users: null, items: null, interactions: null };
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
    measurement: figure && measurementOf(figure, paired),
    lineage: {
      configuration: configuration.id,
      tuning_job: configuration.tuningJobId,
      parent: maker?.servingModelId ?? null,
    },
    is_serving: isServing,
  };
}

function measurementOf(
  { testPart, metrics, intervals, cold, job }: Figure,
  paired: PairedFigure | null,
): Measurement {
  return {
    test_part: testPart,
    tuning_job: job?.id ?? null,
    data: job?.dataId ?? null,
    split: job?.splitId ?? null,
    evaluation: job?.evaluationId ?? null,
    metrics,
    intervals,
    popularity: job?.finalMetrics?.popularity ?? null,
    over_popularity: paired?.overPopularity ?? null,
    cold,
  };
}
