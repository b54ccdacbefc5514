import { and, eq } from "drizzle-orm";
import { evaluationConfigRequest, splitConfigRequest } from "#contract/study-config.ts";
import { evaluationConfig, project, splitConfig } from "#db/schema.ts";
import type { ServiceDeps } from "../deps.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import type { Viewer } from "../viewer.ts";
import { createEvaluationConfig, createSplitConfig } from "./study-configs.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;

/** Name of the rows that retrainings make; later ones find them by it. */
const OWN_NAME = "Retraining";

/**
 * How a new model is compared with the live one: by the given split and evaluation. If one is missing, the default one is taken.
 * It holds out each user's latest interactions if the project has times.
 */
export async function comparisonParts(
  deps: Deps,
  schedule: Pick<RetrainingScheduleRow, "projectId" | "splitId" | "evaluationId">,
  owner: Viewer,
): Promise<{ readonly split: number; readonly evaluation: number }> {
  return {
    split: schedule.splitId ?? (await ownSplit(deps, schedule.projectId, owner)),
    evaluation: schedule.evaluationId ?? (await ownEvaluation(deps, owner)),
  };
}

async function ownSplit(deps: Deps, projectId: number, owner: Viewer): Promise<number> {
  const [row] = await deps.db
    .select({ timeColumn: project.timeColumn })
    .from(project)
    .where(eq(project.id, projectId));
  const scheme = row?.timeColumn ? "TU" : "RG";
  const isOwn = and(
    eq(splitConfig.createdBy, owner.accountId),
    eq(splitConfig.name, OWN_NAME),
    eq(splitConfig.scheme, scheme),
  );
  const [known] = await deps.db.select({ id: splitConfig.id }).from(splitConfig).where(isOwn).limit(1);
  if (known) return known.id;
  return (await createSplitConfig(deps, owner, splitConfigRequest.parse({ name: OWN_NAME, scheme }))).id;
}

async function ownEvaluation(deps: Deps, owner: Viewer): Promise<number> {
  const isOwn = and(eq(evaluationConfig.createdBy, owner.accountId), eq(evaluationConfig.name, OWN_NAME));
  const [known] = await deps.db
    .select({ id: evaluationConfig.id })
    .from(evaluationConfig)
    .where(isOwn)
    .limit(1);
  if (known) return known.id;
  return (await createEvaluationConfig(deps, owner, evaluationConfigRequest.parse({ name: OWN_NAME }))).id;
}
