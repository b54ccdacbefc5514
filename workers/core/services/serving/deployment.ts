/** The model of a project's own slot, and how it is changed: only if the slot is still as the decision saw it. */
import { and, eq, exists, isNull, ne, type SQL, sql } from "drizzle-orm";
import { insertAutomaticEntry } from "#db/automatic-entry.ts";
import type { Database } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import { batchAndTell, type TellDeps } from "../webhooks/announce.ts";
import { announcingDeployment, announcingTakeover } from "./announce-deployment.ts";
import { DEFAULT_SLOT_NAME, isServable, type ServableModel, servedSlots } from "./served-slots.ts";

export type DeploymentDeps = TellDeps;

/** The input of a decision. */
export interface DefaultSlot {
  /** The slot's model; null without a slot. */
  readonly modelId: number | null;
  /** The model that answers its requests: the slot's, or its stand-in; null if nothing was ever deployed. */
  readonly serving: ServableModel | null;
}

export async function readDefaultSlot(db: Database, projectId: number): Promise<DefaultSlot> {
  const isDefault = and(eq(deploymentSlot.projectId, projectId), eq(deploymentSlot.isDefault, true));
  const [slot] = await db.select().from(deploymentSlot).where(isDefault);
  if (slot === undefined) return { modelId: null, serving: null };
  const served = (await servedSlots(db, projectId)).find(({ id }) => id === slot.id);
  return { modelId: slot.modelId, serving: served?.model ?? null };
}

/** The model that a project serves by default, or null before the first deployment. */
export async function findServingModel(db: Database, projectId: number) {
  const { serving } = await readDefaultSlot(db, projectId);
  if (serving === null) return null;
  const [row] = await db.select().from(trainedModel).where(eq(trainedModel.id, serving.id));
  return row ?? null;
}

export interface Deployment {
  readonly projectId: number;
  readonly modelId: number;
  /** The slot's model at the time of the decision. */
  readonly expected: number | null;
  /** For people. */
  readonly reason: string;
  readonly slotName?: string | undefined;
  /** The platform decided, so it writes the audit entry, too. */
  readonly isAutomatic: boolean;
}

/**
 * Points the default slot to a model, and makes the slot if there is none; atomically. False when the slot has changed meanwhile,
 * or the model is gone. The slot keeps its former model as `previous`. The caller rebuilds the manifest.
 */
export async function pointDefaultSlot(deps: DeploymentDeps, deployment: Deployment): Promise<boolean> {
  const { db, clock } = deps;
  const { projectId, modelId, reason } = deployment;
  const now = clock();
  const isServed = namesModel(projectId, modelId);
  const entry = automaticEntry(db, { ...deployment, deed: "deploy", now }, isServed);
  const marking = db
    .update(trainedModel)
    .set({ deployment: reason, deployedAt: now, withdrawnAt: null, updatedAt: now })
    .where(and(eq(trainedModel.id, modelId), isServed))
    .returning({ id: trainedModel.id });
  const [, marked] = await batchAndTell(deps, [pointStatement(db, deployment, now), marking], {
    announcements: [announcingDeployment(db, { projectId, modelId, reason, now })],
    after: deployment.isAutomatic ? [entry] : [],
  });
  return marked.length > 0;
}

/** Makes the slot, or changes it if it still has the expected model; does nothing if the model's file is gone. */
function pointStatement(db: Database, deployment: Deployment, now: number) {
  const { projectId, modelId, expected, slotName = DEFAULT_SLOT_NAME } = deployment;
  const model = and(eq(trainedModel.id, modelId), isServable());
  if (expected !== null) {
    return db
      .update(deploymentSlot)
      .set({ previousModelId: sql`${deploymentSlot.modelId}`, modelId, isActive: true, updatedAt: now })
      .where(
        and(
          eq(deploymentSlot.projectId, projectId),
          eq(deploymentSlot.isDefault, true),
          eq(deploymentSlot.modelId, expected),
          ne(deploymentSlot.modelId, modelId),
          exists(db.select({ id: trainedModel.id }).from(trainedModel).where(model)),
        ),
      );
  }
  const slot = {
    projectId,
    name: slotName,
    modelId,
    isDefault: true,
    createdAt: now,
    updatedAt: now,
  };
  const isThere = exists(db.select({ id: trainedModel.id }).from(trainedModel).where(model));
  return insertWhere(db, deploymentSlot, slot, isThere).onConflictDoNothing();
}

/** Writes that a ready model does not go live, and why; once. */
export async function recordNotDeployed(
  { db, clock }: DeploymentDeps,
  { projectId, modelId, reason }: Pick<Deployment, "projectId" | "modelId" | "reason">,
): Promise<void> {
  const now = clock();
  const isUndecided = sql`exists (select 1 from trained_model where id = ${modelId} and deployment is null)`;
  await db.batch([
    automaticEntry(db, { projectId, modelId, reason, deed: "withhold", now }, isUndecided),
    db
      .update(trainedModel)
      .set({ deployment: reason, updatedAt: now })
      .where(and(eq(trainedModel.id, modelId), isNull(trainedModel.deployment))),
  ]);
}

/** Writes that a model has replaced a deleted live one. */
export async function recordTakeover(
  deps: DeploymentDeps,
  { projectId, modelId, reason }: Pick<Deployment, "projectId" | "modelId" | "reason">,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock();
  const deed = db
    .update(trainedModel)
    .set({ deployment: reason, deployedAt: now, withdrawnAt: null, updatedAt: now })
    .where(eq(trainedModel.id, modelId));
  const entry = automaticEntry(db, { projectId, modelId, reason, deed: "deploy", now }, sql`true`);
  await batchAndTell(deps, [entry, deed], {
    announcements: [announcingTakeover(db, { projectId, modelId, reason, now })],
  });
}

function namesModel(projectId: number, modelId: number) {
  return sql`exists (select 1 from deployment_slot where project_id = ${projectId} and is_default = 1 and model_id = ${modelId})`;
}

interface AutomaticDeed {
  readonly projectId: number;
  readonly modelId: number;
  readonly reason: string;
  readonly deed: "deploy" | "withhold";
  readonly now: number;
}

function automaticEntry(db: Database, { modelId, deed, ...entry }: AutomaticDeed, condition: SQL) {
  const action = `AUTO /trained_model/:id/${deed}`;
  return insertAutomaticEntry(
    db,
    { ...entry, action, targetId: modelId, requestId: `model-${modelId}` },
    condition,
  );
}
