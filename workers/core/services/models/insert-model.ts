import { eq, notExists } from "drizzle-orm";
import type { DeployMode } from "#contract/deployment.ts";
import { adoptNewRow, isBeginning, lostRun } from "#db/adopt-new-row.ts";
import { insertWhere } from "#db/insert-where.ts";
import { trainedModel } from "#db/schema.ts";
import { type QuotaRoom, UNLIMITED } from "../access/quotas.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ModelConfigurationRow } from "../resources/model-configuration.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { nextVersion } from "./next-version.ts";

export interface NewModel {
  readonly configuration: Pick<ModelConfigurationRow, "id">;
  readonly data: Pick<TrainingDataRow, "id" | "projectId">;
  readonly deploy?: DeployMode;
  /** It cannot succeed: the model is recorded as failed, with the reason. */
  readonly error?: string | null;
  /** The account's remaining quota. */
  readonly room?: QuotaRoom | undefined;
  /** The retraining that it belongs to; no quota applies to it. */
  readonly run?: RetrainingRunRow;
}

type Deps = Pick<ServiceDeps, "db" | "clock">;

/** Writes the row of a model to be trained. */
export async function insertModel(
  deps: Deps,
  { run, room = UNLIMITED, ...model }: NewModel,
): Promise<TrainedModelRow> {
  const { db, clock } = deps;
  const now = clock();
  const insert = insertWhere(db, trainedModel, valuesOf(model, now), run ? isBeginning(run) : room.isLeft);
  const [[row]] = run ? await db.batch([insert, adoptNewRow(db, run, "modelId", now)]) : [await insert];
  if (row === undefined) throw run ? lostRun(run) : await room.refusal();
  return row;
}

/** The same for the first model of a configuration; null if it has one. However often it is asked for, there is one. */
export async function insertFirstModel(
  { db, clock }: Deps,
  model: Pick<NewModel, "configuration" | "data" | "deploy">,
): Promise<TrainedModelRow | null> {
  const others = db
    .select({ id: trainedModel.id })
    .from(trainedModel)
    .where(eq(trainedModel.configurationId, model.configuration.id));
  const [row] = await insertWhere(db, trainedModel, valuesOf(model, clock()), notExists(others));
  return row ?? null;
}

function valuesOf(
  { configuration, data, error = null, deploy }: Omit<NewModel, "run" | "room">,
  now: number,
) {
  return {
    projectId: data.projectId,
    configurationId: configuration.id,
    dataId: data.id,
    version: nextVersion(data.projectId),
    status: error === null ? ("PENDING" as const) : ("FAILED" as const),
    error,
    deploy,
    createdAt: now,
    updatedAt: now,
  };
}
