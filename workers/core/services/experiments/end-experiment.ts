/** How an experiment ends in its slots: one of them takes all requests that they had together, or the control takes them back. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { experiment } from "#db/experiment-schema.ts";
import { deploymentSlot } from "#db/schema.ts";
import { AppError, fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { slotsOf } from "./experiments.ts";

type Deps = Pick<ServiceDeps, "db" | "routing" | "clock" | "sleep">;

const FULL_WEIGHT = 100;
const NO_SLOTS = "A holdout has no slots to choose from: stop it.";
const IS_DRAFT = "The experiment has not started.";
const SLOT_GONE = "This slot is gone.";

/** Ends a running experiment and gives its requests to one of its slots; new models go live in that one if they did in another of them. */
export async function promoteVariant(deps: Deps, row: ExperimentRow, slot: number): Promise<ExperimentRow> {
  if (!slotsOf(row).includes(slot)) throw fieldError("slot", "It must be a slot of the experiment.");
  return giveAllTo(deps, row, slot, slot);
}

/** Ends a running experiment and gives its requests to the control; the other slots answer no more. */
export function rollBackExperiment(deps: Deps, row: ExperimentRow): Promise<ExperimentRow> {
  return giveAllTo(deps, row, slotsOf(row)[0] ?? 0, null);
}

async function giveAllTo(
  deps: Deps,
  row: ExperimentRow,
  taker: number,
  winner: number | null,
): Promise<ExperimentRow> {
  if (row.kind === "holdout") throw new AppError("conflict", NO_SLOTS);
  if (row.status === "DRAFT") throw new AppError("conflict", IS_DRAFT);
  const { db, clock } = deps;
  const now = clock();
  const ofExperiment = and(
    eq(deploymentSlot.projectId, row.projectId),
    inArray(deploymentSlot.id, slotsOf(row)),
  );
  const slots = await db.select().from(deploymentSlot).where(ofExperiment);
  if (!slots.some(({ id }) => id === taker)) throw fieldError("slot", SLOT_GONE);
  const sum = slots.reduce((total, { weight, isActive }) => total + (isActive ? weight : 0), 0);
  const losers = slots.flatMap(({ id }) => (id === taker ? [] : [id]));
  const hadDefault = slots.some(({ isDefault }) => isDefault);
  const [, , [ended]] = await db.batch([
    db
      .update(deploymentSlot)
      .set({ isActive: false, isDefault: false, updatedAt: now })
      .where(inArray(deploymentSlot.id, losers)),
    db
      .update(deploymentSlot)
      .set({
        ...{
          isActive: true,
          isShadow: false,
          weight: Math.min(FULL_WEIGHT, sum || FULL_WEIGHT),
          updatedAt: now,
        },
        ...(hadDefault && { isDefault: true }),
      })
      .where(eq(deploymentSlot.id, taker)),
    db
      .update(experiment)
      .set({
        ...{ status: "COMPLETED" as const, winnerSlotId: winner, updatedAt: now },
        endedAt: sql`coalesce(${experiment.endedAt}, ${now})`,
      })
      .where(eq(experiment.id, row.id))
      .returning(),
  ]);
  await rebuildManifest(deps, row.projectId);
  return ended ?? row;
}
