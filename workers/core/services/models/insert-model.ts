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

/** Writes the row of a model to be trained. */
export async function insertModel(
  { db, clock }: Pick<ServiceDeps, "db" | "clock">,
  { configuration, data, error = null, run, deploy, room = UNLIMITED }: NewModel,
): Promise<TrainedModelRow> {
  const now = clock();
  const insert = insertWhere(
    db,
    trainedModel,
    {
      projectId: data.projectId,
      configurationId: configuration.id,
      dataId: data.id,
      version: nextVersion(data.projectId),
      status: error === null ? "PENDING" : "FAILED",
      error,
      deploy,
      createdAt: now,
      updatedAt: now,
    },
    run ? isBeginning(run) : room.isLeft,
  );
  const [[row]] = run ? await db.batch([insert, adoptNewRow(db, run, "modelId", now)]) : [await insert];
  if (row === undefined) throw run ? lostRun(run) : await room.refusal();
  return row;
}
