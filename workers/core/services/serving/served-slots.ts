/**
 * The models that a project serves, from the database alone. A project with a ready model always serves one:
 * - a slot's own model, if it is ready and has its file;
 * - else the slot's previous model;
 * - else the ready model that stands in by `stand-in-order.ts`. A project without an active slot gets a stand-in by the last
 * rule.
 */
import { and, asc, eq, isNotNull, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { STAND_IN_SLOT_ID } from "#contract/stand-in-slot.ts";
import type { Database } from "#db/database.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import { standInOrder } from "./stand-in-order.ts";

/** Of a slot without a row. */
export const DEFAULT_SLOT_NAME = "default";

export interface ServableModel {
  readonly id: number;
  readonly version: number;
  readonly artifactKey: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface ServedSlot {
  readonly id: number;
  readonly name: string;
  readonly weight: number;
  readonly isDefault: boolean;
  readonly model: ServableModel;
  /** Answers if the file of `model` is refused, and takes over if `model` is deleted. */
  readonly fallback: ServableModel | null;
  /** The previous model, if it can serve. */
  readonly previous: ServableModel | null;
  /** Whether `model` is the slot's own. */
  readonly isDeployed: boolean;
}

/** A slot that answers no request, with its own model, which is ready. */
export interface Shadow {
  readonly id: number;
  readonly name: string;
  readonly rate: number;
  readonly model: ServableModel;
}

/** The condition that a model can serve. */
export function isServable(): SQL | undefined {
  return and(eq(trainedModel.status, "READY"), isNotNull(trainedModel.artifactKey));
}

export async function servedSlots(db: Database, projectId: number): Promise<ServedSlot[]> {
  return (await trafficSlots(db, projectId)).slots;
}

/** The slots that answer requests, and the shadows beside them. */
export async function trafficSlots(
  db: Database,
  projectId: number,
): Promise<{ readonly slots: ServedSlot[]; readonly shadows: Shadow[] }> {
  const previous = alias(trainedModel, "previous");
  // Not as one batch: it would merge columns of the same name.
  const [rows, standIns] = await Promise.all([
    db
      .select({ slot: deploymentSlot, model: trainedModel, previous })
      .from(deploymentSlot)
      .innerJoin(trainedModel, eq(trainedModel.id, deploymentSlot.modelId))
      .leftJoin(previous, eq(previous.id, deploymentSlot.previousModelId))
      .where(and(eq(deploymentSlot.projectId, projectId), eq(deploymentSlot.isActive, true)))
      .orderBy(asc(deploymentSlot.id)),
    db
      .select()
      .from(trainedModel)
      .where(and(eq(trainedModel.projectId, projectId), isServable()))
      .orderBy(...standInOrder())
      .limit(2),
  ]);
  const others = standIns.map(servable).filter((model) => model !== null);
  const answering = rows.filter(({ slot }) => !slot.isShadow);
  const slots = answering.flatMap(({ slot, model, previous: before }) => {
    const own = servable(model);
    const former = before && servable(before);
    const [first, second] = distinct([own, former, ...others]);
    if (!first) return [];
    const { id, name, weight, isDefault } = slot;
    const isDeployed = first.id === own?.id;
    const shown = { id, name, weight, isDefault, isDeployed, previous: former };
    return [{ ...shown, model: first, fallback: second ?? null }];
  });
  const shadows = rows.flatMap(({ slot, model }): Shadow[] => {
    const own = slot.isShadow ? servable(model) : null;
    return own ? [{ id: slot.id, name: slot.name, rate: slot.shadowRate, model: own }] : [];
  });
  return { slots: slots.length > 0 ? slots : standIn(others), shadows };
}

function standIn([model, fallback]: readonly ServableModel[]): ServedSlot[] {
  if (model === undefined) return [];
  const slot = { id: STAND_IN_SLOT_ID, name: DEFAULT_SLOT_NAME, weight: 100, isDefault: false };
  return [{ ...slot, model, fallback: fallback ?? null, previous: null, isDeployed: false }];
}

type ModelFields = Pick<
  typeof trainedModel.$inferSelect,
  "id" | "version" | "status" | "artifactKey" | "createdAt"
>;

function servable({ id, version, status, artifactKey, createdAt }: ModelFields): ServableModel | null {
  return status === "READY" && artifactKey !== null ? { id, version, artifactKey, createdAt } : null;
}

function distinct(models: readonly (ServableModel | null)[]): ServableModel[] {
  const byId = new Map(models.flatMap((model) => (model ? [[model.id, model] as const] : [])));
  return [...byId.values()];
}
