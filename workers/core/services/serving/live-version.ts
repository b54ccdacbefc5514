/** Changing the live version by hand: "serve this version" and "roll back". */
import { and, eq, sql } from "drizzle-orm";
import type { RollBackRequest } from "#contract/deployment.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import { AppError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type DeploymentSlotRow, deploymentSlots } from "../resources/deployment-slot.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { batchAndTell } from "../webhooks/announce.ts";
import { announcingDeployment } from "./announce-deployment.ts";
import { pointDefaultSlot, readDefaultSlot } from "./deployment.ts";
import { rebuildManifest } from "./routing.ts";
import { servedSlots } from "./served-slots.ts";

type Deps = Pick<ServiceDeps, "db" | "routing" | "clock" | "wakeAddress">;

/** The action, for the answer and the audit log. */
export interface LiveChange {
  readonly slot: DeploymentSlotRow;
  readonly reason: string;
}

/** If others change the slot at the same time, this is tried again. */
const ATTEMPTS = 5;

/** Makes a ready model the live one of its project. A live one stays live. */
export async function deployModel(
  deps: Deps,
  row: TrainedModelRow,
  why: string | undefined,
): Promise<LiveChange> {
  const { id: modelId, projectId, version } = row;
  if (row.status !== "READY" || row.artifactKey === null) {
    const state = row.status === "READY" ? "its file was deleted" : `it is ${row.status}`;
    throw new AppError("conflict", `Version ${version} cannot serve: ${state}.`);
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { modelId: expected } = await readDefaultSlot(deps.db, projectId);
    if (expected === modelId)
      return { slot: await defaultSlot(deps, projectId), reason: "It was live already." };
    const reason = why ?? "Deployed by hand.";
    const isDone = await pointDefaultSlot(deps, { projectId, modelId, expected, reason, isAutomatic: false });
    if (!isDone) continue;
    await rebuildManifest(deps, projectId);
    return { slot: await defaultSlot(deps, projectId), reason };
  }
  throw new AppError("conflict", "The live version is being changed by somebody else. Try again.");
}

async function defaultSlot({ db }: Pick<Deps, "db">, projectId: number): Promise<DeploymentSlotRow> {
  const isDefault = and(eq(deploymentSlot.projectId, projectId), eq(deploymentSlot.isDefault, true));
  const [slot] = await db.select().from(deploymentSlot).where(isDefault);
  if (slot === undefined) throw notFound(deploymentSlots.model);
  return slot;
}

/**
 * Lets a slot serve its previous model again. The former one is withdrawn, unless another slot serves it: no rollback returns to it,
 * and it is the last choice as a stand-in. One step only: a second call finds no previous model and changes nothing.
 */
export async function rollBackSlot(
  deps: Deps,
  slot: DeploymentSlotRow,
  { from, reason: why }: RollBackRequest,
): Promise<LiveChange> {
  if (from !== undefined && from !== slot.modelId)
    return { slot, reason: "Another version was live already." };
  const served = (await servedSlots(deps.db, slot.projectId)).find(({ id }) => id === slot.id);
  const previous = served?.previous;
  if (!previous) {
    throw new AppError(
      "conflict",
      "There is no earlier version to return to. Deploy one of the ready versions.",
    );
  }
  const [live] = await deps.db.select().from(trainedModel).where(eq(trainedModel.id, slot.modelId));
  const reason = why ?? `Rolled back from version ${live?.version} to version ${previous.version}.`;
  const updated = await swapBack(deps, slot, { id: previous.id, reason });
  if (updated === undefined) {
    throw new AppError("conflict", "The live version has just been changed. Look again, then roll back.");
  }
  await rebuildManifest(deps, slot.projectId);
  return { slot: updated, reason };
}

async function swapBack(
  deps: Deps,
  slot: DeploymentSlotRow,
  target: { readonly id: number; readonly reason: string },
): Promise<DeploymentSlotRow | undefined> {
  const { db, clock } = deps;
  const now = clock();
  const isBack = sql`exists (select 1 from deployment_slot where id = ${slot.id} and model_id = ${target.id} and updated_at = ${now})`;
  const isLiveNowhere = sql`not exists (select 1 from deployment_slot other
    where other.model_id = ${slot.modelId} and other.is_active = 1 and other.is_shadow = 0)`;
  const [[updated]] = await batchAndTell(
    deps,
    [
      db
        .update(deploymentSlot)
        .set({ modelId: target.id, previousModelId: null, isActive: true, updatedAt: now })
        .where(
          and(
            eq(deploymentSlot.id, slot.id),
            eq(deploymentSlot.modelId, slot.modelId),
            eq(deploymentSlot.previousModelId, target.id),
          ),
        )
        .returning(),
      db
        .update(trainedModel)
        .set({ deployedAt: null, withdrawnAt: now, deployment: target.reason, updatedAt: now })
        .where(and(eq(trainedModel.id, slot.modelId), isBack, isLiveNowhere)),
      db
        .update(trainedModel)
        .set({ deployedAt: now, withdrawnAt: null, deployment: target.reason, updatedAt: now })
        .where(and(eq(trainedModel.id, target.id), isBack)),
    ],
    {
      announcements: [
        announcingDeployment(db, {
          projectId: slot.projectId,
          modelId: target.id,
          reason: target.reason,
          now,
        }),
      ],
    },
  );
  return updated;
}
