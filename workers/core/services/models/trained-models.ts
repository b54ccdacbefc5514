/** Trained models: start a training, try a model out, delete it. */
import { eq, inArray, sql } from "drizzle-orm";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { MovedResponse } from "#contract/deployment.ts";
import type {
  ProfileRequest,
  SampleResponse,
  SampleWithMetadataResponse,
  ScoredItem,
  TrainedModelRequest,
} from "#contract/model.ts";
import { trainedModel } from "#db/schema.ts";
import { modelKeys } from "#storage/keys.ts";
import type { QuotaRoom } from "../access/quotas.ts";
import { referable, resolveReference } from "../access/references.ts";
import { recordTaskLog } from "../accounts/task-logs.ts";
import { AppError, FieldError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { dataProblem } from "../files/data-problem.ts";
import { missingTableText, type TablesDeps, tablesPresent } from "../files/feature-sources.ts";
import { lookUpItems } from "../files/item-lookup.ts";
import { type PreviewedList, type PreviewedModel, type PreviewResult, refuseOverloaded } from "../preview.ts";
import { itemMetaDataFiles } from "../resources/item-meta-data.ts";
import { findRow } from "../resources/listing.ts";
import type { ModelConfigurationRow } from "../resources/model-configuration.ts";
import { type TrainedModelRow, trainedModelCodec, trainedModels } from "../resources/trained-model.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { moveSlots, type RemovalOptions, recordMoves, refuseToStop } from "../serving/slot-moves.ts";
import type { Viewer } from "../viewer.ts";
import { insertModel } from "./insert-model.ts";
import { parameterProblems } from "./model-configurations.ts";
import { removeModels } from "./remove-models.ts";

type Deps = Pick<
  ServiceDeps,
  "db" | "store" | "routing" | "jobs" | "preview" | "clock" | "randomBytes" | "wakeAddress"
> &
  TablesDeps;

export const SAMPLE_SIZE = 20;

async function requireParts(
  { db }: Deps,
  viewer: Viewer,
  request: Pick<TrainedModelRequest, "configuration" | "data_loc">,
): Promise<{ configuration: ModelConfigurationRow; data: TrainingDataRow }> {
  const [configuration, data] = await Promise.all([
    resolveReference(db, viewer, referable.configuration, request.configuration),
    resolveReference(db, viewer, referable.data, request.data_loc),
  ]);
  if (configuration.row && data.row) return { configuration: configuration.row, data: data.row };
  // Another account's data hide another account's configuration, as in Recotem.
  if (data.problem === referable.data.notFoundText) throw fieldError("data_loc", data.problem);
  const problems = { configuration: configuration.problem, data_loc: data.problem };
  const refused = Object.entries(problems).filter(([, problem]) => problem !== null);
  throw new FieldError(Object.fromEntries(refused.map(([field, problem]) => [field, [problem ?? ""]])));
}

/** Starts a training. One that cannot succeed is recorded as failed at once, with the reason that Recotem would find later. */
export async function createTrainedModel(
  deps: Deps,
  viewer: Viewer,
  request: TrainedModelRequest,
  room?: QuotaRoom,
): Promise<TrainedModelRow> {
  const { configuration, data } = await requireParts(deps, viewer, request);
  refuseMixedProjects(configuration, data);
  if (data.status === "PENDING" || data.status === "INGESTING") {
    throw fieldError("data_loc", dataProblem(data) ?? "");
  }
  await refuseMissingTable(deps, configuration, data.projectId);
  const hopeless = dataProblem(data) ?? parameterProblems(configuration)[0] ?? null;
  const error = hopeless === null ? null : `Training failed: ${hopeless}`;
  const row = await insertModel(deps, { configuration, data, error, room, deploy: request.deploy });
  if (error === null) await deps.jobs.train(row.id);
  else {
    const line = { lineNumber: 1, at: row.createdAt, contents: error };
    await recordTaskLog(deps, { kind: "trained_model", id: row.id }, [line]);
  }
  return row;
}

/** Throws a field error if the algorithm reads a table of properties that the project does not have. */
async function refuseMissingTable(
  deps: TablesDeps,
  { recommenderClassName, parameters }: ModelConfigurationRow,
  projectId: number,
): Promise<void> {
  const algorithm = findAlgorithm(recommenderClassName);
  if (algorithm === null) return;
  const tables = await tablesPresent(deps, projectId);
  const missing = missingTableText(algorithm, parameters as AlgorithmParams, tables);
  if (missing !== null) throw fieldError("configuration", missing);
}

/** Changes the configuration or data of a model's row to others of the same project. */
export async function updateTrainedModel(
  deps: Deps,
  viewer: Viewer,
  row: TrainedModelRow,
  changes: Partial<TrainedModelRequest>,
): Promise<TrainedModelRow> {
  const request = {
    configuration: changes.configuration ?? row.configurationId,
    data_loc: changes.data_loc ?? row.dataId,
  };
  const { configuration, data } = await requireParts(deps, viewer, request);
  refuseMixedProjects(configuration, data);
  if (data.projectId !== row.projectId) throw fieldError("data_loc", referable.data.notFoundText);
  const [updated] = await deps.db
    .update(trainedModel)
    .set({ ...trainedModelCodec.set({ ...request, deploy: changes.deploy }), updatedAt: deps.clock() })
    .where(eq(trainedModel.id, row.id))
    .returning();
  if (updated === undefined) throw notFound(trainedModels.model);
  return updated;
}

function refuseMixedProjects(configuration: ModelConfigurationRow, data: TrainingDataRow): void {
  if (configuration.projectId === data.projectId) return;
  const text = "Model configuration must belong to the same project as the training data.";
  throw fieldError("configuration", text);
}

const DELETED_UNTRAINED_TEXT = "The model was deleted before it was trained.";

/**
 * Deletes a model's artifact; its row stays as a record. Its slot moves on. Files that a running training still writes are
 * deleted when it ends.
 */
export async function unlinkTrainedModel(
  deps: Pick<Deps, "db" | "routing" | "clock" | "wakeAddress"> & { readonly store: Pick<R2Bucket, "delete"> },
  row: TrainedModelRow,
  options: RemovalOptions = {},
): Promise<{ readonly model: TrainedModelRow; readonly moved: MovedResponse | null }> {
  const { db } = deps;
  const going = { projectId: row.projectId, models: eq(trainedModel.id, row.id) };
  await refuseToStop(db, going, options);
  const now = deps.clock();
  const isUnderWay = inArray(trainedModel.status, ["PENDING", "TRAINING"]);
  const [moved, , [before], [model]] = await db.batch([
    ...moveSlots(db, going, now),
    db.select({ key: trainedModel.artifactKey }).from(trainedModel).where(eq(trainedModel.id, row.id)),
    db
      .update(trainedModel)
      .set({
        artifactKey: null,
        filesize: null,
        status: sql`case when ${isUnderWay} then 'FAILED' else ${trainedModel.status} end`,
        error: sql`case when ${isUnderWay} then ${DELETED_UNTRAINED_TEXT} else ${trainedModel.error} end`,
        updatedAt: now,
      })
      .where(eq(trainedModel.id, row.id))
      .returning(),
  ]);
  if (model === undefined) throw notFound(trainedModels.model);
  const answer = await recordMoves(deps, row.projectId, moved);
  await rebuildManifest(deps, row.projectId);
  const keys = [before?.key ?? null, ...modelKeys(row.projectId, row.id)].filter((key) => key !== null);
  await deps.store.delete(keys);
  return { model, moved: answer };
}

/** Stops a running training; a slot with the model moves on, and the answer says so. */
export function deleteTrainedModel(
  deps: Deps,
  { id, projectId }: TrainedModelRow,
  options: RemovalOptions = {},
): Promise<MovedResponse | null> {
  const models = eq(trainedModel.id, id);
  const remove = deps.db
    .delete(trainedModel)
    .where(models)
    .returning({ artifactKey: trainedModel.artifactKey });
  return removeModels(deps, { projectId, models, remove }, options);
}

/** The model to try; the text for an unknown one is Recotem's. */
export async function getModelToTry(
  { db }: Pick<Deps, "db">,
  viewer: Viewer,
  id: number,
): Promise<TrainedModelRow> {
  const row = await findRow(db, trainedModels, viewer, id);
  if (row === null) throw new AppError("not_found", `Trained model ${id} not found.`);
  return row;
}

/** The model for a preview. Throws for one without a usable artifact. */
export function previewed(row: TrainedModelRow): PreviewedModel {
  if (row.status !== "READY" || row.artifactKey === null) throw unusable(row);
  return { projectId: row.projectId, artifactKey: row.artifactKey };
}

function unusable(row: TrainedModelRow): AppError {
  return new AppError("conflict", `Model ${row.id} integrity check failed.`);
}

/** The value of a preview. Throws what its failure means to a caller. */
export function previewValue<T>(result: PreviewResult<T>, row: TrainedModelRow, userId?: string): T {
  if (result.ok) return result.value;
  refuseOverloaded(result);
  if (result.code === "UNKNOWN_USER") throw new AppError("not_found", `User '${userId ?? ""}' not found.`);
  throw unusable(row);
}

export async function recommendForUser(
  deps: Deps,
  row: TrainedModelRow,
  userId: string,
  list: PreviewedList,
): Promise<ScoredItem[]> {
  return previewValue(await deps.preview.forUser(previewed(row), userId, list), row, userId);
}

/** Items that the model finds similar to one; none for an item that it does not know. */
export async function similarItems(
  deps: Deps,
  row: TrainedModelRow,
  itemId: string,
  cutoff: number,
): Promise<ScoredItem[]> {
  return previewValue(await deps.preview.similar(previewed(row), itemId, cutoff), row);
}

/** Ids of people of the training data that hold a text. */
export async function peopleOfModel(
  deps: Deps,
  row: TrainedModelRow,
  text: string,
  limit: number,
): Promise<string[]> {
  return previewValue(await deps.preview.people(previewed(row), text, limit), row);
}

/** The items that the training knows of a person. Throws `not_found` for somebody it does not know. */
export async function historyOfPerson(deps: Deps, row: TrainedModelRow, userId: string): Promise<string[]> {
  return previewValue(await deps.preview.history(previewed(row), userId), row, userId);
}

/** A cutoff below 1 asks for one item, as in Recotem. */
export async function recommendForProfile(
  deps: Deps,
  row: TrainedModelRow,
  request: ProfileRequest,
): Promise<ScoredItem[]> {
  const list = { cutoff: Math.max(1, request.cutoff), reasons: request.reasons ?? 0 };
  return previewValue(await deps.preview.forItems(previewed(row), request.item_ids, list), row);
}

export async function sampleRecommendation(
  deps: Deps,
  row: TrainedModelRow,
  reasons = 0,
): Promise<SampleResponse> {
  const [a = 0, b = 0, c = 0] = deps.randomBytes(3);
  const draw = (a * 65_536 + b * 256 + c) / 2 ** 24;
  const list = { cutoff: SAMPLE_SIZE, reasons };
  return previewValue(await deps.preview.sample(previewed(row), list, draw), row);
}

/** A sample with the items' metadata: both lists as JSON texts, numbers rounded to two decimals, items without a record as nulls. */
export async function sampleWithMetadata(
  deps: Deps,
  viewer: Viewer,
  row: TrainedModelRow,
  metadataId: number,
): Promise<SampleWithMetadataResponse> {
  const metadata = await findRow(deps.db, itemMetaDataFiles, viewer, metadataId);
  if (metadata?.projectId !== row.projectId) {
    throw new AppError("not_found", `Item metadata ${metadataId} not found.`);
  }
  const sample = await sampleRecommendation(deps, row);
  const recommended = sample.recommendations.map((item) => item.item_id);
  const ids = [...sample.user_profile, ...recommended];
  const records = await lookUpItems(deps, metadata, { ids });
  const rows = records.map((record) => rounded(record as Record<string, unknown>));
  const profileSize = sample.user_profile.length;
  const scored = rows
    .slice(profileSize)
    .map((record, index) => ({ ...record, score: rounded({ s: sample.recommendations[index]?.score }).s }));
  return {
    user_id: sample.user_id,
    user_profile: JSON.stringify(rows.slice(0, profileSize)),
    recommendations: JSON.stringify(scored),
  };
}

function rounded(record: Record<string, unknown>): Record<string, unknown> {
  const round = (value: unknown) => (typeof value === "number" ? Math.round(value * 100) / 100 : value);
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, round(value)]));
}
