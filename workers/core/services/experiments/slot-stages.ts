/**
 * The way of a new slot from a shadow to all requests, each step one call: shadow → interleave → ab → promote, or roll back from any of them. A step
 * ends the experiment of the step before. A call that was cut off may be repeated.
 */
import { and, desc, eq, ne } from "drizzle-orm";
import type { SlotStage, SlotStageRequest } from "#contract/slot-stage.ts";
import { experiment } from "#db/experiment-schema.ts";
import { deploymentSlot } from "#db/schema.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { DeploymentSlotRow } from "../resources/deployment-slot.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { updateSlot } from "../slots/deployment-slots.ts";
import type { Viewer } from "../viewer.ts";
import { promoteVariant, rollBackExperiment } from "./end-experiment.ts";
import { createExperiment, slotsOf, startExperiment, stopExperiment } from "./experiments.ts";

/** All stages but the replay, which changes nothing. */
export type TestingRequest = SlotStageRequest & { readonly stage: Exclude<SlotStage, "replay"> };

interface Deps extends Pick<ServiceDeps, "db" | "routing" | "clock" | "sleep" | "store" | "wakeAddress"> {
  readonly slotNamesRepeat: boolean;
}

const IS_CONTROL = "New models go live in this slot, so it is the control of others. Take another slot.";
const NO_CONTROL =
  "The project has no slot in which new models go live, so there is nothing to compare with.";
const OTHERS_RUN = "An experiment without this slot is running. Stop it first.";
const NOT_TESTED =
  "No experiment has this slot. Interleave or test it first, or change the weights of slots by hand.";

/** @returns The experiment that was started or ended; null for none. */
export async function moveToStage(
  deps: Deps,
  viewer: Viewer,
  slot: DeploymentSlotRow,
  request: TestingRequest,
): Promise<ExperimentRow | null> {
  const last = await lastExperimentOf(deps, slot);
  switch (request.stage) {
    case "shadow": {
      const ended = await endRunning(deps, last);
      const { shadow_rate } = request;
      await updateSlot(deps, viewer, slot, {
        ...{ is_active: true, is_shadow: true, ...(shadow_rate !== undefined && { shadow_rate }) },
      });
      return ended;
    }
    case "interleave":
    case "ab":
      return testSlot(deps, viewer, slot, { ...request, stage: request.stage, last });
    case "promote":
      if (last === null) throw new AppError("conflict", NOT_TESTED);
      return promoteVariant(deps, last, slot.id);
    case "roll_back": {
      if (last && (last.status === "RUNNING" || last.winnerSlotId === slot.id))
        return rollBackExperiment(deps, last);
      if (slot.isDefault) throw new AppError("conflict", IS_CONTROL);
      await updateSlot(deps, viewer, slot, { is_active: false });
      return null;
    }
  }
}

async function testSlot(
  deps: Deps,
  viewer: Viewer,
  slot: DeploymentSlotRow,
  {
    stage,
    share,
    conversion_types,
    last,
  }: TestingRequest & { stage: "interleave" | "ab"; last: ExperimentRow | null },
): Promise<ExperimentRow> {
  const control = await controlOf(deps, slot);
  await endRunning(deps, last);
  // It gets requests of the experiment alone.
  if (!slot.isActive || slot.isShadow) {
    await updateSlot(deps, viewer, slot, { is_active: true, is_shadow: false, weight: 0 });
  }
  const variants = [
    { slot: control.id, weight: stage === "ab" ? 1 - share : 1 },
    { slot: slot.id, weight: stage === "ab" ? share : 1 },
  ];
  const made = await createExperiment(deps, viewer, {
    ...{ project: slot.projectId, name: `${slot.name} against ${control.name}`, kind: stage, variants },
    ...{ allocation: "fixed", floor: 0, conversion_types, metric: "conversion" },
    ...{ confidence_level: 0.95, guardrails: {} },
  });
  return startExperiment(deps, made);
}

async function controlOf({ db }: Deps, slot: DeploymentSlotRow): Promise<DeploymentSlotRow> {
  if (slot.isDefault) throw new AppError("conflict", IS_CONTROL);
  const isDefault = and(eq(deploymentSlot.projectId, slot.projectId), eq(deploymentSlot.isDefault, true));
  const [control] = await db.select().from(deploymentSlot).where(isDefault);
  if (control === undefined) throw new AppError("conflict", NO_CONTROL);
  return control;
}

/** Throws 409 if another experiment with slots is running. */
async function lastExperimentOf({ db }: Deps, slot: DeploymentSlotRow): Promise<ExperimentRow | null> {
  const rows = await db
    .select()
    .from(experiment)
    .where(
      and(
        eq(experiment.projectId, slot.projectId),
        ne(experiment.kind, "holdout"),
        ne(experiment.status, "DRAFT"),
      ),
    )
    .orderBy(desc(experiment.startedAt), desc(experiment.id));
  const hasSlot = (row: ExperimentRow) => slotsOf(row).includes(slot.id);
  if (rows.some((row) => row.status === "RUNNING" && !hasSlot(row)))
    throw new AppError("conflict", OTHERS_RUN);
  return rows.find((row) => row.status === "RUNNING") ?? rows.find(hasSlot) ?? null;
}

async function endRunning(deps: Deps, last: ExperimentRow | null): Promise<ExperimentRow | null> {
  return last?.status === "RUNNING" ? stopExperiment(deps, last) : null;
}
