/**
 * Moves slots when their models are deleted: to the previous model, else to the stand-in by `stand-in-order.ts`. If no model is
 * left, the deletion is refused unless the caller says that the project may stop.
 */
import { and, eq, inArray, isNotNull, isNull, not, or, type SQL, sql } from "drizzle-orm";
import type { MovedResponse } from "#contract/deployment.ts";
import type { Database } from "#db/database.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import { AppError } from "../app-error.ts";
import { type DeploymentDeps, recordTakeover } from "./deployment.ts";
import { isServable, servedSlots } from "./served-slots.ts";
import { standInOrder } from "./stand-in-order.ts";

/** Models that are about to be deleted, or to lose their files; a condition on `trained_model`. */
export interface Going {
  readonly projectId: number;
  readonly models: SQL;
}

/** How a deletion treats a project that would have no model left. */
export interface RemovalOptions {
  /** The project may stop serving. */
  readonly stopServing?: boolean;
}

/** Refuses to delete all models that can answer a project's requests. */
export async function refuseToStop(
  db: Database,
  { projectId, models }: Going,
  { stopServing = false }: RemovalOptions,
): Promise<void> {
  if (stopServing) return;
  const served = (await servedSlots(db, projectId)).filter((slot) => slot.isDeployed);
  if (served.length === 0) return;
  const [going, [left]] = await db.batch([
    db
      .select({ id: trainedModel.id, version: trainedModel.version })
      .from(trainedModel)
      .where(
        and(
          models,
          inArray(
            trainedModel.id,
            served.map((slot) => slot.model.id),
          ),
        ),
      ),
    db
      .select({ id: trainedModel.id })
      .from(trainedModel)
      .where(and(eq(trainedModel.projectId, projectId), isServable(), not(models)))
      .limit(1),
  ]);
  const [live] = going;
  if (live === undefined || left !== undefined) return;
  const text =
    `Version ${live.version} is live, and no other version is ready: the project would stop answering. ` +
    "Train another model first, or repeat the request with stop_serving=true.";
  throw new AppError("conflict", text);
}

/** Moves the slots of deleted models; run it in one batch with the deletion of the models, and before it. */
export function moveSlots(db: Database, { projectId, models }: Going, now: number) {
  const going = db.select({ id: trainedModel.id }).from(trainedModel).where(models);
  const isFree = and(eq(trainedModel.projectId, projectId), isServable(), not(models));
  const previous = db
    .select({ id: trainedModel.id })
    .from(trainedModel)
    .where(and(isFree, sql`${trainedModel.id} = ${deploymentSlot.previousModelId}`));
  const standIn = db
    .select({ id: trainedModel.id })
    .from(trainedModel)
    .where(isFree)
    .orderBy(...standInOrder())
    .limit(1);
  const earlier = db
    .select({ id: trainedModel.id })
    .from(trainedModel)
    .where(
      and(isFree, isNotNull(trainedModel.deployedAt), sql`${trainedModel.id} <> ${deploymentSlot.modelId}`),
    )
    .orderBy(...standInOrder())
    .limit(1);
  const target = sql`coalesce((${previous}), (${standIn}))`;
  const ofProject = eq(deploymentSlot.projectId, projectId);
  return [
    db
      .update(deploymentSlot)
      .set({ modelId: target, previousModelId: null, updatedAt: now })
      .where(and(ofProject, inArray(deploymentSlot.modelId, going), sql`${target} is not null`))
      .returning({ slot: deploymentSlot.id, trained_model: deploymentSlot.modelId }),
    db
      .update(deploymentSlot)
      .set({ previousModelId: sql`(${earlier})`, updatedAt: now })
      .where(
        and(
          ofProject,
          or(
            and(eq(deploymentSlot.updatedAt, now), isNull(deploymentSlot.previousModelId)),
            inArray(deploymentSlot.previousModelId, going),
          ),
        ),
      ),
  ] as const;
}

export type MovedSlots = readonly { readonly slot: number; readonly trained_model: number }[];

/**
 * Writes which models took over, to the models and to the audit log. Returns the moves for the answer; null without any. A model
 * that takes over is live from now on, as if it had been deployed.
 */
export async function recordMoves(
  deps: DeploymentDeps,
  projectId: number,
  moved: MovedSlots,
): Promise<MovedResponse | null> {
  if (moved.length === 0) return null;
  const ids = [...new Set(moved.map((slot) => slot.trained_model))];
  const rows = await deps.db
    .select({ id: trainedModel.id, version: trainedModel.version })
    .from(trainedModel)
    .where(inArray(trainedModel.id, ids));
  const versions = new Map(rows.map((row) => [row.id, row.version]));
  for (const { id, version } of rows) {
    const reason = `Version ${version} took over: the live version was deleted.`;
    await recordTakeover(deps, { projectId, modelId: id, reason });
  }
  const moved_slots = moved.map((slot) => ({ ...slot, version: versions.get(slot.trained_model) ?? 0 }));
  const named = rows.map(({ version }) => `version ${version}`).join(" and ");
  return { detail: `The live model is gone; ${named} serves now.`, moved_slots };
}
