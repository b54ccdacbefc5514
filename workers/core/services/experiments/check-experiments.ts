/**
 * What the cron does with running experiments, each once an hour: it moves the shares of those with Thompson allocation, and writes in the
 * audit log when one is decided. An experiment is marked as checked first. So one whose reading fails, or during which the process is killed,
 * does not stop the others, and its turn comes again an hour later.
 */
import { and, asc, eq, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { ExperimentVerdict } from "#contract/experiment.ts";
import { insertAutomaticEntry } from "#db/automatic-entry.ts";
import { experiment } from "#db/experiment-schema.ts";
import { thompsonShares } from "#engine/experiment/allocate.ts";
import { armSamples } from "#engine/experiment/arm-samples.ts";
import { createRandom } from "#engine/random.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { announcingOfProject, batchAndTell } from "../webhooks/announce.ts";
import { reportOf } from "./experiment-report.ts";
import { isUnchanged } from "./experiments.ts";
import { tallyExperiment } from "./tally-experiment.ts";
import type { Tallied } from "./tally-shards.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "clock" | "sleep" | "routing" | "wakeAddress">;

const HOUR_MS = 3_600_000;
/** People move when shares do, so this is seldom. */
const SHARES_EVERY_MS = 24 * HOUR_MS;
const CHECKED_PER_RUN = 3;
/** A smaller change of every share is not worth that people move. */
const LEAST_MOVE = 0.01;
/** The effect that a report without a reader plans for; it changes no verdict. */
const EFFECT = 0.05;

/** Verdicts that somebody wants to hear of. */
const TOLD: readonly ExperimentVerdict[] = ["better", "worse", "guardrail", "mismatch"];

export async function checkExperiments(deps: Deps): Promise<void> {
  const isDue = or(isNull(experiment.checkedAt), lte(experiment.checkedAt, deps.clock() - HOUR_MS));
  const due = await deps.db
    .select()
    .from(experiment)
    .where(and(eq(experiment.status, "RUNNING"), isDue))
    .orderBy(asc(experiment.checkedAt), asc(experiment.id))
    .limit(CHECKED_PER_RUN);
  await attemptEach(due, "experiments", (row) => checkExperiment(deps, row));
}

async function checkExperiment(deps: Deps, row: ExperimentRow): Promise<void> {
  const now = deps.clock();
  await deps.db.update(experiment).set({ checkedAt: now }).where(eq(experiment.id, row.id));
  const tallied = await tallyExperiment(deps, row);
  if (row.allocation === "thompson") await moveShares(deps, row, tallied);
  const look = { method: "sequential" as const, metric: undefined, effect: EFFECT, now, warnings: [] };
  const { verdict, advice } = reportOf(row, tallied, look);
  await recordVerdict(deps, row, verdict, advice);
}

/** A new period, if the last one is a day old. Each run draws from a seed of its own, so it can be repeated. */
async function moveShares(deps: Deps, row: ExperimentRow, tallied: Tallied): Promise<void> {
  const now = deps.clock();
  const last = row.periods.at(-1);
  if (last === undefined || now - last.from < SHARES_EVERY_MS) return;
  const random = createRandom(row.id * 1_000 + row.periods.length);
  const shares = thompsonShares(armSamples(tallied, row.metric), row.floor, random);
  const moves = shares.some((share, arm) => Math.abs(share - (last.shares[arm] ?? 0)) >= LEAST_MOVE);
  if (!moves) return;
  const moved = await deps.db
    .update(experiment)
    .set({ periods: [...row.periods, { from: now, shares }], updatedAt: now })
    .where(isUnchanged(row))
    .returning({ id: experiment.id });
  if (moved.length > 0) await rebuildManifest(deps, row.projectId);
}

interface NewVerdict {
  readonly verdict: ExperimentVerdict;
  readonly advice: string;
  readonly now: number;
  readonly condition: SQL;
}

function announcingVerdict(
  db: Deps["db"],
  { id, projectId: project }: ExperimentRow,
  { verdict, advice, now, condition }: NewVerdict,
) {
  return announcingOfProject(db, {
    event: "experiment_decided",
    key: `experiment_decided:experiment:${id}:${now}`,
    data: {
      ...{ project, ab_test: null, experiment: id, verdict },
      ...{ winner_slot: null, reason: advice },
    },
    ...{ now, condition },
  });
}

/** Tells of a new verdict once, in the audit log and to endpoints, if it is one that somebody wants to hear of. */
async function recordVerdict(
  deps: Deps,
  row: ExperimentRow,
  verdict: ExperimentVerdict,
  advice: string,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock();
  const isNew = and(eq(experiment.id, row.id), sql`${experiment.verdict} is not ${verdict}`);
  const isTold = TOLD.includes(verdict);
  const entry = {
    ...{ projectId: row.projectId, targetId: row.id, reason: advice, now },
    ...{ action: "AUTO /experiment/:id/decide", requestId: `experiment-${row.id}` },
  };
  const isThere = sql`exists ${db.select({ id: experiment.id }).from(experiment).where(isNew)}`;
  await batchAndTell(deps, [insertAutomaticEntry(db, entry, isTold ? isThere : sql`false`)], {
    announcements: isTold ? [announcingVerdict(db, row, { verdict, advice, now, condition: isThere })] : [],
    // Last: it makes the verdict an old one.
    after: [db.update(experiment).set({ verdict }).where(isNew)],
  });
}
