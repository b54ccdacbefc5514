/** Which model a project's own slot serves. */
import { and, eq, ne } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";

export const DEFAULT_SLOT_NAME = "default";

interface DeploymentDeps {
  readonly db: Database;
  readonly clock: Clock;
}

async function findDefaultSlot(db: Database, projectId: number) {
  const isDefault = and(eq(deploymentSlot.projectId, projectId), eq(deploymentSlot.isDefault, true));
  const [slot] = await db.select().from(deploymentSlot).where(isDefault);
  return slot ?? null;
}

/** The model that a project serves by default, or null before the first one. */
export async function findServingModel(db: Database, projectId: number) {
  const slot = await findDefaultSlot(db, projectId);
  if (slot === null) return null;
  const [row] = await db.select().from(trainedModel).where(eq(trainedModel.id, slot.modelId));
  return row ?? null;
}

/**
 * Points the default slot to a model, and makes the slot if there is none. The slot keeps the model it had as `previous`: that one
 * serves if the new artifact is ever refused. The manifest is the caller's to rebuild.
 */
export async function pointDefaultSlot(
  { db, clock }: DeploymentDeps,
  projectId: number,
  modelId: number,
  nameIfNew = DEFAULT_SLOT_NAME,
): Promise<void> {
  const slot = await findDefaultSlot(db, projectId);
  const now = clock();
  if (slot === null) {
    if (!(await db.select({ id: trainedModel.id }).from(trainedModel).where(eq(trainedModel.id, modelId)))[0])
      return;
    await db.insert(deploymentSlot).values({
      projectId,
      name: nameIfNew,
      modelId,
      isDefault: true,
      createdAt: now,
      updatedAt: now,
    });
    return;
  }
  await db
    .update(deploymentSlot)
    .set({ modelId, previousModelId: slot.modelId, isActive: true, updatedAt: now })
    .where(and(eq(deploymentSlot.id, slot.id), ne(deploymentSlot.modelId, modelId)));
}
