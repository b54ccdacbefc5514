/** What the rule `if_better` would say of a model, before anybody makes it live. */
import { eq } from "drizzle-orm";
import { DEPLOY_TOLERANCE, type DeploymentCheckResponse } from "#contract/deployment.ts";
import type { Database } from "#db/database.ts";
import { trainedModel } from "#db/schema.ts";
import { notFound } from "../app-error.ts";
import { deploymentSlots } from "../resources/deployment-slot.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { measuredModel } from "./automatic-deployment.ts";
import { readDefaultSlot } from "./deployment.ts";
import { judgeModel } from "./deployment-decision.ts";
import { type ServableModel, servedSlots } from "./served-slots.ts";

/**
 * Compares a model with the one that answers in a slot; without `slotId` in the slot in which new models go live. Reads only. Throws
 * `not_found` for a slot that answers no request of the model's project.
 */
export async function checkDeployment(
  db: Database,
  row: TrainedModelRow,
  slotId: number | undefined,
): Promise<DeploymentCheckResponse> {
  const live = await liveModel(db, row.projectId, slotId);
  const shown = live && { id: live.id, version: live.version };
  const found = { live: shown, tolerance: DEPLOY_TOLERANCE };
  if (live?.id === row.id) return { ...found, verdict: "live", figures: null };
  const [liveRow] =
    live === null ? [] : await db.select().from(trainedModel).where(eq(trainedModel.id, live.id));
  const [candidate, serving] = await Promise.all([
    measuredModel(db, row),
    liveRow === undefined ? null : measuredModel(db, liveRow),
  ]);
  const { verdict, common } = judgeModel(candidate, serving, DEPLOY_TOLERANCE);
  if (common === null) return { ...found, verdict, figures: null };
  const { name: metric, testPart: test_part, after, before } = common;
  return { ...found, verdict, figures: { metric, test_part, model: after, live: before } };
}

async function liveModel(
  db: Database,
  projectId: number,
  slotId: number | undefined,
): Promise<ServableModel | null> {
  if (slotId === undefined) return (await readDefaultSlot(db, projectId)).serving;
  const slot = (await servedSlots(db, projectId)).find(({ id }) => id === slotId);
  if (slot === undefined) throw notFound(deploymentSlots.model);
  return slot.model;
}
