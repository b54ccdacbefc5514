/** Slots made and changed by hand: shares of a project's traffic, and shadows beside them. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { DeploymentSlotRequest } from "#contract/deployment-slot.ts";
import { insertWhere } from "#db/insert-where.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import { referable, requireReference } from "../access/references.ts";
import { type AppError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import {
  type DeploymentSlotRow,
  deploymentSlotCodec,
  deploymentSlots,
} from "../resources/deployment-slot.ts";
import { announcingDeployment } from "../serving/announce-deployment.ts";
import { rebuildManifest } from "../serving/routing.ts";
import type { Viewer } from "../viewer.ts";
import { batchAndTell } from "../webhooks/announce.ts";

interface Deps extends Pick<ServiceDeps, "db" | "routing" | "clock" | "sleep" | "wakeAddress"> {
  /** Whether two slots of a project may have one name, as in Recotem. */
  readonly slotNamesRepeat: boolean;
}

/** Each slot is in the project's entry, which every location reads. */
export const MAX_SLOTS = 50;
const TOO_MANY = `A project has at most ${MAX_SLOTS} slots. Delete one first.`;
const NAME_TAKEN = "A slot of this project has this name already.";
const FOREIGN_MODEL = "Trained model does not belong to this project.";
const DEFAULT_IS_SHADOW =
  "New models go live in this slot, so it cannot be a shadow. Make another slot for the shadow.";
const BY_HAND = "Deployed by hand.";

/** Makes a slot. A project's first one is also the slot in which new models go live, unless it is a shadow. */
export async function createSlot(
  deps: Deps,
  viewer: Viewer,
  request: DeploymentSlotRequest,
): Promise<DeploymentSlotRow> {
  const { db, clock } = deps;
  const { id: projectId } = await requireReference(db, viewer, referable.project, "project", request.project);
  await requireModel(deps, viewer, projectId, request.trained_model);
  const now = clock();
  const isFirst = sql`(select ${request.is_shadow ? 0 : 1} and not exists (
    select 1 from deployment_slot where project_id = ${projectId} and is_default = 1))`;
  const values = {
    ...deploymentSlotCodec.set(request),
    isDefault: isFirst,
    createdAt: now,
    updatedAt: now,
  };
  const hasRoom = sql`(select count(*) from deployment_slot where project_id = ${projectId}) < ${MAX_SLOTS}`;
  const made = insertWhere(
    db,
    deploymentSlot,
    values,
    and(hasRoom, isFreeName(deps, projectId, request.name)),
  );
  const live = { projectId, modelId: request.trained_model, reason: BY_HAND, now };
  const [[row]] = await batchAndTell(deps, [made, goesLive(deps, request.trained_model, request, now)], {
    announcements: [announcingDeployment(db, live)],
  });
  if (row === undefined) throw await refusalOfNew(deps, projectId, request.name);
  await rebuildManifest(deps, projectId);
  return row;
}

/** Changes a slot. Its former model becomes the one that a rollback returns to. */
export async function updateSlot(
  deps: Deps,
  viewer: Viewer,
  row: DeploymentSlotRow,
  changes: Partial<DeploymentSlotRequest>,
): Promise<DeploymentSlotRow> {
  const { db, clock } = deps;
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "A slot stays in its project.");
  }
  const { trained_model: modelId = row.modelId } = changes;
  if (modelId !== row.modelId) await requireModel(deps, viewer, row.projectId, modelId);
  const now = clock();
  // The columns on the right are those before the change: a change by somebody else a moment ago is not lost.
  const previous = sql`case when ${deploymentSlot.modelId} = ${modelId}
    then ${deploymentSlot.previousModelId} else ${deploymentSlot.modelId} end`;
  const mayBeShadow = changes.is_shadow === true ? eq(deploymentSlot.isDefault, false) : undefined;
  const isFree =
    changes.name === undefined ? undefined : isFreeName(deps, row.projectId, changes.name, row.id);
  const changed = db
    .update(deploymentSlot)
    .set({
      ...deploymentSlotCodec.set(changes),
      ...(changes.trained_model !== undefined && { previousModelId: previous }),
      updatedAt: now,
    })
    .where(and(eq(deploymentSlot.id, row.id), mayBeShadow, isFree))
    .returning();
  const isOther = modelId !== row.modelId;
  const state = { is_active: row.isActive, is_shadow: row.isShadow, ...changes };
  const live = { projectId: row.projectId, modelId, reason: BY_HAND, now };
  const [[updated]] = await batchAndTell(deps, [changed], {
    announcements: isOther ? [announcingDeployment(db, live)] : [],
    after: isOther ? [goesLive(deps, modelId, state, now)] : [],
  });
  if (updated === undefined) throw await refusalOf(deps, row, isFree);
  await rebuildManifest(deps, row.projectId);
  return updated;
}

/** Deletes a slot. If new models went live in it, they go to the oldest other one that answers requests. */
export async function deleteSlot(
  deps: Omit<Deps, "slotNamesRepeat">,
  { id, projectId }: DeploymentSlotRow,
): Promise<void> {
  const { db, clock } = deps;
  const next = sql`(select other.id from deployment_slot other where other.project_id = ${projectId}
    and other.is_active = 1 and other.is_shadow = 0 order by other.id limit 1)`;
  const hasNone = sql`not exists (select 1 from deployment_slot other
    where other.project_id = ${projectId} and other.is_default = 1)`;
  await db.batch([
    db.delete(deploymentSlot).where(eq(deploymentSlot.id, id)),
    db
      .update(deploymentSlot)
      .set({ isDefault: true, updatedAt: clock() })
      .where(and(eq(deploymentSlot.id, next), hasNone)),
  ]);
  await rebuildManifest(deps, projectId);
}

async function requireModel({ db }: Deps, viewer: Viewer, projectId: number, modelId: number): Promise<void> {
  const model = { ...referable.model, notFoundText: FOREIGN_MODEL };
  const row = await requireReference(db, viewer, model, "trained_model", modelId);
  if (row.projectId !== projectId) throw fieldError("trained_model", FOREIGN_MODEL);
}

/** Writes on a model that it is live. A model that is not ready, or in an inactive slot or a shadow, stays as it is. */
function goesLive(
  { db }: Deps,
  modelId: number,
  slot: { readonly is_active: boolean; readonly is_shadow: boolean },
  now: number,
) {
  const isLive = sql`${slot.is_active && !slot.is_shadow ? 1 : 0} = 1`;
  return db
    .update(trainedModel)
    .set({ deployment: BY_HAND, deployedAt: now, withdrawnAt: null, updatedAt: now })
    .where(and(eq(trainedModel.id, modelId), eq(trainedModel.status, "READY"), isLive));
}

/** Undefined where names may repeat. @param but A slot that may have the name. */
function isFreeName({ slotNamesRepeat }: Deps, projectId: number, name: string, but = 0): SQL | undefined {
  if (slotNamesRepeat) return undefined;
  return sql`not exists (select 1 from deployment_slot other
    where other.project_id = ${projectId} and other.name = ${name} and other.id <> ${but})`;
}

async function refusalOfNew(deps: Deps, projectId: number, name: string): Promise<AppError> {
  const isTaken = and(eq(deploymentSlot.projectId, projectId), eq(deploymentSlot.name, name));
  const rows = await deps.db.select({ id: deploymentSlot.id }).from(deploymentSlot).where(isTaken).limit(1);
  const isName = rows.length > 0 && !deps.slotNamesRepeat;
  return isName ? fieldError("name", NAME_TAKEN) : fieldError("project", TOO_MANY);
}

async function refusalOf({ db }: Deps, { id }: DeploymentSlotRow, isFree?: SQL): Promise<AppError> {
  const [row] = await db
    .select({ hasName: isFree ?? sql`1` })
    .from(deploymentSlot)
    .where(eq(deploymentSlot.id, id));
  if (row === undefined) return notFound(deploymentSlots.model);
  return row.hasName === 0 ? fieldError("name", NAME_TAKEN) : fieldError("is_shadow", DEFAULT_IS_SHADOW);
}
