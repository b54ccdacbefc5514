/** Experiments: draft, running, completed. Of a project, one experiment with slots and one holdout run at a time. */
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import {
  type ExperimentKind,
  type ExperimentRequest,
  MAX_HELD_OUT,
  type Variant,
} from "#contract/experiment.ts";
import { experiment } from "#db/experiment-schema.ts";
import { deploymentSlot } from "#db/schema.ts";
import { experimentPrefix } from "#storage/keys.ts";
import { referable, requireReference } from "../access/references.ts";
import { AppError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type ExperimentRow, experimentCodec, experiments } from "../resources/experiment.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { servedSlots } from "../serving/served-slots.ts";
import type { Viewer } from "../viewer.ts";
import { dropTalliesBelow } from "./kept-tallies.ts";

type Deps = Pick<ServiceDeps, "db" | "routing" | "clock" | "sleep" | "store">;

const STARTED = "The experiment has started: only its name changes. Make another one.";
const ANOTHER_RUNS = "Another experiment of the project is running. Stop it first.";
const ONLY_DRAFTS = "Only a draft can be started.";
const ONLY_RUNNING = "Only a running experiment can be stopped.";

export async function createExperiment(
  deps: Deps,
  viewer: Viewer,
  request: ExperimentRequest,
): Promise<ExperimentRow> {
  const { db, clock } = deps;
  const { id: projectId } = await requireReference(db, viewer, referable.project, "project", request.project);
  await check(deps, projectId, request);
  const now = clock();
  const [row] = await db
    .insert(experiment)
    .values({
      ...columnsOf(request),
      ...{ projectId, status: "DRAFT", periods: [], createdAt: now, updatedAt: now },
    })
    .returning();
  return row as ExperimentRow;
}

/** A draft changes as a whole; of a started experiment the name changes alone. */
export async function updateExperiment(
  deps: Deps,
  row: ExperimentRow,
  changes: Partial<ExperimentRequest>,
): Promise<ExperimentRow> {
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "An experiment stays in its project.");
  }
  const { name: _, project: __, ...rules } = changes;
  const [before, after] = [columnsOf(requestOf(row)), columnsOf({ ...requestOf(row), ...changes })];
  const changesRules =
    Object.keys(rules).length > 0 &&
    JSON.stringify({ ...before, name: "" }) !== JSON.stringify({ ...after, name: "" });
  if (changesRules) await check(deps, row.projectId, { ...requestOf(row), ...changes });
  const isDraft = changesRules ? eq(experiment.status, "DRAFT") : undefined;
  const [updated] = await deps.db
    .update(experiment)
    .set({ ...after, updatedAt: deps.clock() })
    .where(and(eq(experiment.id, row.id), isDraft))
    .returning();
  if (updated === undefined) throw new AppError("conflict", STARTED);
  return updated;
}

export async function deleteExperiment(deps: Deps, row: ExperimentRow): Promise<void> {
  await deps.db.delete(experiment).where(eq(experiment.id, row.id));
  await dropTalliesBelow(deps, experimentPrefix(row.projectId, row.id));
  if (row.status === "RUNNING") await rebuildManifest(deps, row.projectId);
}

/** Begins to share requests. Of two calls at a time, one starts it. */
export async function startExperiment(deps: Deps, row: ExperimentRow): Promise<ExperimentRow> {
  if (row.status !== "DRAFT") throw new AppError("conflict", ONLY_DRAFTS);
  await requireServed(deps, row);
  const now = deps.clock();
  const isFree = sql`not exists (select 1 from experiment other where other.project_id = ${row.projectId}
    and other.status = 'RUNNING' and (other.kind = 'holdout') = ${row.kind === "holdout" ? 1 : 0})`;
  const [started] = await deps.db
    .update(experiment)
    .set({
      status: "RUNNING",
      startedAt: now,
      periods: [{ from: now, shares: firstShares(row) }],
      updatedAt: now,
    })
    .where(and(eq(experiment.id, row.id), eq(experiment.status, "DRAFT"), isFree))
    .returning();
  if (started === undefined) throw await refusalOfStart(deps, row);
  await rebuildManifest(deps, row.projectId);
  return started;
}

/** Ends to share requests: they go by the weights of slots again. */
export async function stopExperiment(deps: Deps, row: ExperimentRow): Promise<ExperimentRow> {
  const now = deps.clock();
  const [stopped] = await deps.db
    .update(experiment)
    .set({ status: "COMPLETED", endedAt: now, updatedAt: now })
    .where(and(eq(experiment.id, row.id), eq(experiment.status, "RUNNING")))
    .returning();
  if (stopped === undefined) throw new AppError("conflict", ONLY_RUNNING);
  await rebuildManifest(deps, row.projectId);
  return stopped;
}

/** The shares at the start, in the order of the arms: of a holdout the baseline and everybody else. */
export function firstShares({ kind, variants }: Pick<ExperimentRow, "kind" | "variants">): number[] {
  const [first] = variants;
  if (kind === "interleave") return [0.5, 0.5];
  if (kind === "holdout") return [first?.weight ?? 0, 1 - (first?.weight ?? 0)];
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  return variants.map(({ weight }) => weight / total);
}

export function slotsOf({ variants }: Pick<ExperimentRow, "variants">): number[] {
  return variants.flatMap(({ slot }) => (slot === null ? [] : [slot]));
}

type Rules = Pick<ExperimentRequest, "kind" | "variants" | "allocation" | "floor">;

async function check({ db }: Pick<Deps, "db">, projectId: number, rules: Rules): Promise<void> {
  const problem = problemOfVariants(rules.kind, rules.variants);
  if (problem !== null) throw fieldError("variants", problem);
  if (rules.allocation === "thompson") {
    if (rules.kind !== "ab") throw fieldError("allocation", "Only experiments of the kind `ab` have it.");
    const most = 1 / rules.variants.length;
    if (rules.floor > most) throw fieldError("floor", `It is at most ${most.toFixed(3)}, an equal share.`);
  }
  const ids = slotsOf(rules);
  if (ids.length === 0) return;
  const own = await db
    .select({ id: deploymentSlot.id })
    .from(deploymentSlot)
    .where(and(inArray(deploymentSlot.id, ids), eq(deploymentSlot.projectId, projectId)));
  const missing = ids.find((id) => !own.some((slot) => slot.id === id));
  if (missing !== undefined) throw fieldError("variants", `Slot ${missing} does not belong to this project.`);
}

function problemOfVariants(kind: ExperimentKind, variants: readonly Variant[]): string | null {
  if (kind === "holdout") {
    const [baseline] = variants;
    if (variants.length !== 1 || baseline === undefined) return "A holdout has one variant: its baseline.";
    return baseline.weight <= MAX_HELD_OUT ? null : `The share of a holdout is at most ${MAX_HELD_OUT}.`;
  }
  if (variants.some(({ slot }) => slot === null)) return "Each variant names a slot.";
  if (new Set(variants.map(({ slot }) => slot)).size < variants.length) return "Each slot is one variant.";
  if (kind === "interleave" && variants.length !== 2) return "A list is interleaved of two slots.";
  return variants.length >= 2 ? null : "An experiment compares at least two slots.";
}

/** Slots that answer no request would leave the experiment without lists. */
async function requireServed({ db }: Deps, row: ExperimentRow): Promise<void> {
  const served = new Map((await servedSlots(db, row.projectId)).map((slot) => [slot.id, slot]));
  const silent = slotsOf(row).find((id) => !served.has(id));
  if (silent !== undefined) {
    throw new AppError(
      "conflict",
      `Slot ${silent} answers no requests: switch it on, and make it no shadow.`,
    );
  }
  const total = [...served.values()].reduce((sum, { weight }) => sum + weight, 0);
  const own = slotsOf(row).reduce((sum, id) => sum + (served.get(id)?.weight ?? 0), 0);
  if (row.kind !== "holdout" && total > 0 && own === 0) {
    throw new AppError(
      "conflict",
      "All slots of the experiment have a weight of 0, so it would get no request.",
    );
  }
}

async function refusalOfStart({ db }: Deps, row: ExperimentRow): Promise<AppError> {
  const [now] = await db.select().from(experiment).where(eq(experiment.id, row.id));
  if (now === undefined) return notFound(experiments.model);
  return new AppError("conflict", now.status === "DRAFT" ? ANOTHER_RUNS : ONLY_DRAFTS);
}

function columnsOf(request: ExperimentRequest) {
  const { conversion_types: conversionTypes, confidence_level: confidenceLevel } = request;
  const { name, kind, variants, allocation, floor, metric, guardrails } = request;
  return { name, kind, variants, allocation, floor, conversionTypes, metric, confidenceLevel, guardrails };
}

function requestOf(row: ExperimentRow): ExperimentRequest {
  const shown = experimentCodec.show(row);
  return { ...shown, project: row.projectId };
}

/** The condition that an experiment is still as it was read. */
export function isUnchanged(row: Pick<ExperimentRow, "id" | "status" | "periods">): SQL | undefined {
  return and(
    eq(experiment.id, row.id),
    eq(experiment.status, row.status),
    sql`${experiment.periods} = ${JSON.stringify(row.periods)}`,
  );
}
