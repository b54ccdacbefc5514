/** The decision about a ready model, taken once, for the job, training or retraining schedule that trained it. */
import { eq } from "drizzle-orm";
import type { DeployMode } from "#contract/deployment.ts";
import type { Database } from "#db/database.ts";
import { trainedModel } from "#db/schema.ts";
import { figuresOf } from "../measurements/model-figures.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { type DeploymentDeps, pointDefaultSlot, readDefaultSlot, recordNotDeployed } from "./deployment.ts";
import { type DeploymentDecision, decideDeployment, type MeasuredModel } from "./deployment-decision.ts";

export interface DeploymentPolicy {
  /** How much worse than the live model it may measure, as a share. */
  readonly tolerance: number;
  /** The setting of the model's own row, unless given. */
  readonly mode?: DeployMode;
  /** Name of the slot, if there is none yet. */
  readonly slotName?: string;
  /** The reason under `never`. */
  readonly neverReason?: string;
}

/** If others change the slot at the same time, the decision is taken again, at most this often. */
const ATTEMPTS = 20;

/**
 * Decides and acts. Repeatable: the first decision stands, even if the slot has been changed since. The caller rebuilds the
 * manifest. Returns the reason as a text.
 */
export async function deployAutomatically(
  deps: DeploymentDeps,
  { id: modelId, projectId }: Pick<TrainedModelRow, "id" | "projectId">,
  policy: DeploymentPolicy,
): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [model] = await deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    if (model === undefined) return "Not deployed: the model was deleted.";
    if (model.deployment !== null) return model.deployment;
    const slot = await readDefaultSlot(deps.db, projectId);
    if (slot.modelId === modelId) return "It was live already.";
    const { deploys, reason } = await decide(deps.db, model, slot.serving?.id ?? null, policy);
    const found = { projectId, modelId, reason };
    if (!deploys) {
      await recordNotDeployed(deps, found);
      return reason;
    }
    const { slotName } = policy;
    const isDone = await pointDefaultSlot(deps, {
      ...found,
      expected: slot.modelId,
      slotName,
      isAutomatic: true,
    });
    if (isDone) return reason;
  }
  throw new Error(`The slot of project ${projectId} changes too often for a decision.`);
}

async function decide(
  db: Database,
  model: TrainedModelRow,
  servingId: number | null,
  policy: DeploymentPolicy,
): Promise<DeploymentDecision> {
  const mode = policy.mode ?? model.deploy;
  if (mode === "never") {
    return { deploys: false, reason: policy.neverReason ?? "Not deployed: the request did not ask for it." };
  }
  if (mode === "always") return { deploys: true, reason: "Deployed, as requested." };
  const [serving] =
    servingId === null ? [] : await db.select().from(trainedModel).where(eq(trainedModel.id, servingId));
  const live = serving ? await measuredModel(db, serving) : null;
  return decideDeployment(await measuredModel(db, model), live, policy.tolerance);
}

/** A model with all its measurements. */
export async function measuredModel(db: Database, row: TrainedModelRow): Promise<MeasuredModel> {
  const figures = (await figuresOf(db, [row])).get(row.id) ?? [];
  return { id: row.id, version: row.version, figures };
}
