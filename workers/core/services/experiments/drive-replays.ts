/**
 * Does the work of replays: one shard of events after another, each a step whose result is written with the number of the next. One Worker at a
 * time has a replay. One that is killed loses its lease after a while, and the next one begins with the same shard.
 */
import { and, asc, eq, sql } from "drizzle-orm";
import type { ReplayTally } from "#contract/replay.ts";
import { isFree, isHeld, RELEASED, renewLease, takeLease } from "#db/lease.ts";
import { modelReplay } from "#db/replay-schema.ts";
import { project, trainedModel } from "#db/schema.ts";
import { OffPolicySums } from "#engine/experiment/replay/off-policy.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import type { ServiceDeps } from "../deps.ts";
import { replayResultOf } from "./replay-advice.ts";
import { ReplayImpossible, replayShard } from "./replay-shard.ts";
import type { ReplayRow } from "./replays.ts";
import { mergedPeople } from "./tally-shards.ts";

export type ReplayDeps = Pick<ServiceDeps, "db" | "store" | "events" | "preview" | "clock" | "sleep">;

const REPLAYS_PER_TICK = 3;
/** A Worker begins no further shard after this. */
const TURN_MS = 15_000;
/** Longer than a segment, or one call of serving, takes: the lease is renewed between them. */
const LEASE_MS = 45_000;
/** Turns without an end, after which a replay fails. */
const MOST_ATTEMPTS = 5;
const TOO_OFTEN = "It was begun several times and came to no end. The log of the Workers says why.";

/** For the cron: replays that nobody works on, the oldest first. */
export async function driveReplays(deps: ReplayDeps): Promise<void> {
  const due = await deps.db
    .select({ id: modelReplay.id })
    .from(modelReplay)
    .where(and(eq(modelReplay.status, "RUNNING"), isFree(modelReplay, deps.clock())))
    .orderBy(asc(modelReplay.updatedAt), asc(modelReplay.id))
    .limit(REPLAYS_PER_TICK);
  await attemptEach(due, "replays", ({ id }) => driveReplay(deps, id));
}

/** Works on a replay for a turn. Does nothing while another Worker does it. */
export async function driveReplay(deps: ReplayDeps, id: number): Promise<void> {
  const { db, clock } = deps;
  const begun = clock();
  const isOpen = sql`exists (select 1 from ${project} where ${project.id} = ${modelReplay.projectId} and ${project.deletedAt} is null)`;
  const condition = and(eq(modelReplay.status, "RUNNING"), isOpen);
  const taken = await takeLease(db, modelReplay, id, { now: begun, ttl: LEASE_MS, condition });
  if (taken === null) return;
  if (taken.attempts >= MOST_ATTEMPTS) {
    await end(deps, taken, { status: "FAILED", error: TOO_OFTEN });
    return;
  }
  let row = await written(deps, taken, { attempts: taken.attempts + 1 });
  try {
    if (row?.shard === 0) await deps.events.flush(row.projectId);
    while (row && row.shard < EVENT_SHARDS && clock() - begun < TURN_MS) row = await nextShard(deps, row);
    if (row?.shard === EVENT_SHARDS) await end(deps, row, { status: "READY", result: replayResultOf(row) });
    else if (row) await written(deps, row, RELEASED);
  } catch (error) {
    if (!(error instanceof ReplayImpossible)) {
      if (row) await written(deps, row, RELEASED);
      throw error;
    }
    if (row) await end(deps, row, { status: "FAILED", error: error.message });
  }
}

/** The row with the next shard; null when another Worker has it, or another replay was asked for. */
async function nextShard(deps: ReplayDeps, row: ReplayRow): Promise<ReplayRow | null> {
  const [model] = await deps.db.select().from(trainedModel).where(eq(trainedModel.id, row.modelId));
  if (!model?.artifactKey) throw new ReplayImpossible("The file of the model is gone.");
  let held = row;
  const merged = await mergedPeople(deps, row.projectId);
  const found = await replayShard(deps, row, {
    ...{ shard: row.shard, merged, model: { artifactKey: model.artifactKey, trainedAt: model.createdAt } },
    renew: async () => {
      const time = { now: deps.clock(), ttl: LEASE_MS };
      const renewed = await renewLease(deps.db, modelReplay, held, time);
      if (renewed) held = { ...held, ...renewed };
      return renewed !== null;
    },
  });
  if (found === null) return null;
  return written(deps, held, { shard: row.shard + 1, attempts: 0, tally: joined(row.tally, found) });
}

function joined(a: ReplayTally, b: ReplayTally): ReplayTally {
  return {
    sums: b.sums && a.sums ? OffPolicySums.joined(a.sums, b.sums) : (b.sums ?? a.sums),
    leftOut: {
      without_propensity: a.leftOut.without_propensity + b.leftOut.without_propensity,
      repeated_ids: a.leftOut.repeated_ids + b.leftOut.repeated_ids,
      robots: a.leftOut.robots + b.leftOut.robots,
      merged: a.leftOut.merged + b.leftOut.merged,
    },
    sampled: Math.min(a.sampled, b.sampled),
  };
}

type Changes = Partial<typeof modelReplay.$inferInsert>;

function end(deps: ReplayDeps, row: ReplayRow, changes: Changes): Promise<ReplayRow | null> {
  return written(deps, row, { ...changes, ...RELEASED });
}

async function written(
  { db, clock }: ReplayDeps,
  row: ReplayRow,
  changes: Changes,
): Promise<ReplayRow | null> {
  const [changed] = await db
    .update(modelReplay)
    .set({ ...changes, updatedAt: clock() })
    .where(and(isHeld(modelReplay, row), eq(modelReplay.status, "RUNNING")))
    .returning();
  return changed ?? null;
}
