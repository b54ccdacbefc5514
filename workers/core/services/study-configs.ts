/** Split and evaluation configurations: a person's recipes, usable in all of that person's projects. */
import { eq } from "drizzle-orm";
import type { EvaluationConfigRequest, SplitConfigRequest } from "#contract/study-config.ts";
import { evaluationConfig, splitConfig, tuningJob } from "#db/schema.ts";
import { notFound } from "./app-error.ts";
import type { ServiceDeps } from "./deps.ts";
import {
  type EvaluationConfigRow,
  evaluationConfigs,
  type SplitConfigRow,
  splitConfigs,
} from "./resources.ts";
import { cancelRunningJobs } from "./running-jobs.ts";
import type { Viewer } from "./viewer.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;
type DeleteDeps = Pick<ServiceDeps, "db" | "jobs">;

function splitColumns(request: Partial<SplitConfigRequest>) {
  return {
    name: request.name,
    scheme: request.scheme,
    heldoutRatio: request.heldout_ratio,
    nHeldout: request.n_heldout,
    testUserRatio: request.test_user_ratio,
    nTestUsers: request.n_test_users,
    randomSeed: request.random_seed,
  };
}

export async function createSplitConfig(
  deps: Deps,
  viewer: Viewer,
  request: SplitConfigRequest,
): Promise<SplitConfigRow> {
  const now = deps.clock();
  const [row] = await deps.db
    .insert(splitConfig)
    .values({
      name: request.name ?? null,
      scheme: request.scheme,
      heldoutRatio: request.heldout_ratio,
      nHeldout: request.n_heldout ?? null,
      testUserRatio: request.test_user_ratio,
      nTestUsers: request.n_test_users ?? null,
      randomSeed: request.random_seed,
      createdBy: viewer.userId,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

export async function updateSplitConfig(
  deps: Deps,
  row: SplitConfigRow,
  changes: Partial<SplitConfigRequest>,
): Promise<SplitConfigRow> {
  const [updated] = await deps.db
    .update(splitConfig)
    .set({ ...splitColumns(changes), updatedAt: deps.clock() })
    .where(eq(splitConfig.id, row.id))
    .returning();
  if (updated === undefined) throw notFound(splitConfigs.model);
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
      name: request.name ?? null,
      cutoff: request.cutoff,
      targetMetric: request.target_metric,
      createdBy: viewer.userId,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new Error("insert returned no row");
  return row;
}

export async function updateEvaluationConfig(
  deps: Deps,
  row: EvaluationConfigRow,
  changes: Partial<EvaluationConfigRequest>,
): Promise<EvaluationConfigRow> {
  const [updated] = await deps.db
    .update(evaluationConfig)
    .set({
      name: changes.name,
      cutoff: changes.cutoff,
      targetMetric: changes.target_metric,
      updatedAt: deps.clock(),
    })
    .where(eq(evaluationConfig.id, row.id))
    .returning();
  if (updated === undefined) throw notFound(evaluationConfigs.model);
  return updated;
}

/** Jobs made with it go, too, as in the original; running ones are stopped first. */
export async function deleteSplitConfig(deps: DeleteDeps, row: SplitConfigRow): Promise<void> {
  await cancelRunningJobs(deps, eq(tuningJob.splitId, row.id));
  await deps.db.delete(splitConfig).where(eq(splitConfig.id, row.id));
}

export async function deleteEvaluationConfig(deps: DeleteDeps, row: EvaluationConfigRow): Promise<void> {
  await cancelRunningJobs(deps, eq(tuningJob.evaluationId, row.id));
  await deps.db.delete(evaluationConfig).where(eq(evaluationConfig.id, row.id));
}
