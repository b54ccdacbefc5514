/** Split and evaluation configurations belong to an account and can be used in all its projects; keys: `config-ownership.ts`. */
import { and, eq } from "drizzle-orm";
import type { EvaluationConfigRequest, SplitConfigRequest } from "#contract/study-config.ts";
import { evaluationRules, splitRules } from "#db/config-ownership.ts";
import { evaluationConfig, splitConfig, tuningJob } from "#db/schema.ts";
import { permissionDenied } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type EvaluationConfigRow, evaluationConfigCodec } from "../resources/evaluation-config.ts";
import { type SplitConfigRow, splitConfigCodec } from "../resources/split-config.ts";
import type { Viewer } from "../viewer.ts";
import { cancelRunningJobs } from "./running-jobs.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;
type DeleteDeps = Pick<ServiceDeps, "db" | "jobs" | "clock">;

export async function createSplitConfig(
  deps: Deps,
  viewer: Viewer,
  request: SplitConfigRequest,
): Promise<SplitConfigRow> {
  const now = deps.clock();
  const [row] = await deps.db
    .insert(splitConfig)
    .values({
      ...splitConfigCodec.set(request),
      createdBy: viewer.accountId,
      projectId: viewer.key?.projectId ?? null,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

export async function updateSplitConfig(
  deps: Deps,
  viewer: Viewer,
  row: SplitConfigRow,
  changes: Partial<SplitConfigRequest>,
): Promise<SplitConfigRow> {
  const [updated] = await deps.db
    .update(splitConfig)
    .set({ ...splitConfigCodec.set(changes), updatedAt: deps.clock() })
    .where(and(eq(splitConfig.id, row.id), splitRules.changeableBy(viewer)))
    .returning();
  if (updated === undefined) throw notChangeable(viewer);
  return updated;
}

export async function createEvaluationConfig(
  deps: Deps,
  viewer: Viewer,
  request: EvaluationConfigRequest,
): Promise<EvaluationConfigRow> {
  const now = deps.clock();
  const [row] = await deps.db
    .insert(evaluationConfig)
    .values({
      ...evaluationConfigCodec.set(request),
      createdBy: viewer.accountId,
      projectId: viewer.key?.projectId ?? null,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

export async function updateEvaluationConfig(
  deps: Deps,
  viewer: Viewer,
  row: EvaluationConfigRow,
  changes: Partial<EvaluationConfigRequest>,
): Promise<EvaluationConfigRow> {
  const [updated] = await deps.db
    .update(evaluationConfig)
    .set({ ...evaluationConfigCodec.set(changes), updatedAt: deps.clock() })
    .where(and(eq(evaluationConfig.id, row.id), evaluationRules.changeableBy(viewer)))
    .returning();
  if (updated === undefined) throw notChangeable(viewer);
  return updated;
}

/** Its jobs are deleted, too, as in Recotem; running ones are stopped first. */
export async function deleteSplitConfig(
  deps: DeleteDeps,
  viewer: Viewer,
  row: SplitConfigRow,
): Promise<void> {
  const isMeant = and(eq(splitConfig.id, row.id), splitRules.changeableBy(viewer));
  const found = await deps.db.select({ id: splitConfig.id }).from(splitConfig).where(isMeant);
  if (found.length === 0) throw notChangeable(viewer);
  await cancelRunningJobs(deps, eq(tuningJob.splitId, row.id));
  await deps.db.delete(splitConfig).where(isMeant);
}

export async function deleteEvaluationConfig(
  deps: DeleteDeps,
  viewer: Viewer,
  row: EvaluationConfigRow,
): Promise<void> {
  const isMeant = and(eq(evaluationConfig.id, row.id), evaluationRules.changeableBy(viewer));
  const found = await deps.db.select({ id: evaluationConfig.id }).from(evaluationConfig).where(isMeant);
  if (found.length === 0) throw notChangeable(viewer);
  await cancelRunningJobs(deps, eq(tuningJob.evaluationId, row.id));
  await deps.db.delete(evaluationConfig).where(isMeant);
}

/** The caller saw the row a moment ago. */
function notChangeable(viewer: Viewer) {
  return permissionDenied(
    viewer.key
      ? "An API key changes only configurations that keys of its project made and no other project uses."
      : "This configuration belongs to another account, or a project uses it where you may not change anything. Make one of your own.",
  );
}
