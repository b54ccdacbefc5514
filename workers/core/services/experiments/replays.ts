/** Replays of models: begun by a call, driven shard by shard after the answer and by the cron, and kept with the model. */
import { and, eq } from "drizzle-orm";
import type { ReplayRequest, ReplayResponse, ReplayTally } from "#contract/replay.ts";
import { modelReplay } from "#db/replay-schema.ts";
import { trainedModel, trainingData } from "#db/schema.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { AppError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { isoTime } from "../resources/iso-time.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;

export type ReplayRow = typeof modelReplay.$inferSelect;

const NOT_READY = "The model is not trained yet, or its file is gone.";
const NONE = "No replay of this model was asked for.";
const NOTHING_YET: ReplayTally = {
  sums: null,
  leftOut: { without_propensity: 0, repeated_ids: 0, robots: 0, merged: 0 },
  sampled: 1,
};

/**
 * Begins a replay in the place of the model's former one. By default of the lists since the training data: a model that learned from what
 * people did with a list knows the answer already.
 */
export async function startReplay(
  { db, clock }: Deps,
  model: Pick<TrainedModelRow, "id" | "projectId" | "dataId" | "status" | "artifactKey">,
  request: ReplayRequest,
): Promise<ReplayRow> {
  if (model.status !== "READY" || model.artifactKey === null) throw new AppError("conflict", NOT_READY);
  const now = clock();
  const trainedTo = await endOfTraining({ db }, model.dataId, now);
  const to = Math.min(now, request.to === undefined ? now : Date.parse(request.to));
  const from = request.from === undefined ? Math.min(trainedTo, to) : Date.parse(request.from);
  if (from > to) throw fieldError("from", "It is after the end of the time.");
  const values = {
    ...{ projectId: model.projectId, modelId: model.id, status: "RUNNING" as const, from, to, trainedTo },
    ...{ conversionTypes: request.conversion_types, confidenceLevel: request.confidence_level },
    ...{ shard: 0, tally: NOTHING_YET, attempts: 0, result: null, error: null, leaseUntil: 0 },
    ...{ createdAt: now, updatedAt: now },
  };
  const [row] = await db
    .insert(modelReplay)
    .values(values)
    .onConflictDoUpdate({ target: modelReplay.modelId, set: values })
    .returning();
  return row as ReplayRow;
}

async function endOfTraining({ db }: Pick<Deps, "db">, dataId: number, now: number): Promise<number> {
  const [data] = await db
    .select({ at: trainingData.createdAt })
    .from(trainingData)
    .where(eq(trainingData.id, dataId));
  return data?.at ?? now;
}

/** Throws 404 without one. */
export async function getReplay({ db }: Pick<Deps, "db">, modelId: number): Promise<ReplayRow> {
  const [row] = await db.select().from(modelReplay).where(eq(modelReplay.modelId, modelId));
  if (row === undefined) throw new AppError("not_found", NONE);
  return row;
}

/** The model of a slot. */
export async function modelOfSlot({ db }: Pick<Deps, "db">, modelId: number, projectId: number) {
  const isOwn = and(eq(trainedModel.id, modelId), eq(trainedModel.projectId, projectId));
  const [model] = await db.select().from(trainedModel).where(isOwn);
  if (model === undefined) throw new AppError("conflict", NOT_READY);
  return model;
}

export function toReplayResponse(row: ReplayRow): ReplayResponse {
  return {
    ...{ model: row.modelId, project: row.projectId, status: row.status },
    progress: row.status === "READY" ? 1 : row.shard / EVENT_SHARDS,
    ...{ from: isoTime(row.from), to: isoTime(row.to) },
    ...{ conversion_types: [...row.conversionTypes], confidence_level: row.confidenceLevel },
    ...{ result: row.result, error: row.error },
    ...{ ins_datetime: isoTime(row.createdAt), updated_at: isoTime(row.updatedAt) },
  };
}
