/** Counts, once a day, how the lists of each slot did, and tells of what its project's rule names. */
import { and, asc, eq, gt, gte, isNull, lt, sql } from "drizzle-orm";
import { SILENT_EVENT_TYPES } from "#contract/event-type.ts";
import { type QualityRule, qualityRuleRequest, type SlotCounts } from "#contract/quality.ts";
import { insertAutomaticEntry } from "#db/automatic-entry.ts";
import type { Database } from "#db/database.ts";
import { qualityRule, slotQuality } from "#db/experiment-schema.ts";
import { insertWhere } from "#db/insert-where.ts";
import { project } from "#db/schema.ts";
import { addCounts, SlotWatch, type WatchedEvent } from "#engine/experiment/slot-quality.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import { nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import { isoTime } from "../resources/iso-time.ts";
import { announcingOfProject, batchAndTell } from "../webhooks/announce.ts";
import { problemsOf } from "./quality-problems.ts";
import { whoOf } from "./tally-shards.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "clock" | "sleep" | "wakeAddress">;

export const DAY_MS = 86_400_000;
/** Clicks on the lists of an evening come in the night. */
const AFTER_MS = 2 * 3_600_000;
/** Days that a day is compared with. */
export const BEFORE_DAYS = 7;
/** Of a project; older days are deleted. */
const KEPT_DAYS = 400;
const PROJECTS_PER_RUN = 3;
const SEGMENTS_PER_PAGE = 500;
/** In the place of a slot, of the row that says that a project's day was counted. */
const OF_PROJECT = -1;

/** Counts yesterday for the next projects that have slots. One that fails has its turn again after the others. */
export async function watchQuality(deps: Deps): Promise<void> {
  const day = Math.floor((deps.clock() - AFTER_MS) / DAY_MS) - 1;
  const due = await nextPage(deps, "quality", PROJECTS_PER_RUN, (after, limit) =>
    deps.db
      .select({ id: project.id })
      .from(project)
      .where(
        and(
          ...[gt(project.id, after), isNull(project.deletedAt)],
          sql`exists (select 1 from deployment_slot where project_id = ${project.id})`,
          sql`not exists (select 1 from slot_quality where project_id = ${project.id} and day = ${day} and slot_id = ${OF_PROJECT})`,
        ),
      )
      .orderBy(asc(project.id))
      .limit(limit),
  );
  await attemptEach(due, "projects", ({ id }) => watchDay(deps, id, day));
}

/** The rows of a day come in one batch: a process that is killed before it counts the day again. */
async function watchDay(deps: Deps, projectId: number, day: number): Promise<void> {
  const counts = await countDay(deps, projectId, day);
  const { db, clock } = deps;
  const now = clock();
  const rule = await ruleOf(db, projectId);
  const found = await Promise.all(
    [...counts].map(async ([slotId, ofSlot]) => {
      const before = await countsBefore(db, { projectId, slotId, day });
      return { slotId, ofSlot, problems: before ? problemsOf(rule, ofSlot, before) : [] };
    }),
  );
  const isNew = sql`not exists (select 1 from slot_quality where project_id = ${projectId} and day = ${day} and slot_id = ${OF_PROJECT})`;
  const values = { projectId, day, createdAt: now };
  const told = found.filter(({ problems }) => problems.length > 0);
  const entries = told.map(({ slotId, problems }) =>
    insertAutomaticEntry(
      db,
      {
        ...{ projectId, targetId: slotId, now, requestId: `quality-${projectId}-${day}` },
        action: "AUTO /deployment_slot/:id/quality_dropped",
        reason: problems.map(({ text }) => text).join(" "),
      },
      isNew,
    ),
  );
  const announcements = told.flatMap(({ slotId, problems }) =>
    problems.flatMap(({ metric, value, expected }) => {
      const date = isoTime(day * DAY_MS).slice(0, 10);
      return announcingOfProject(db, {
        ...{
          event: "quality_dropped",
          key: `quality_dropped:${slotId}:${metric}:${date}`,
          now,
          condition: isNew,
        },
        data: { project: projectId, slot: slotId, metric, value, expected, day: date },
      });
    }),
  );
  const rows = found.map(({ slotId, ofSlot }) =>
    insertWhere(db, slotQuality, { ...values, slotId, counts: ofSlot }, isNew),
  );
  const tooOld = and(eq(slotQuality.projectId, projectId), lt(slotQuality.day, day - KEPT_DAYS));
  // Last: the conditions of the others look for it.
  const mark = insertWhere(db, slotQuality, { ...values, slotId: OF_PROJECT, counts: null }, isNew);
  await batchAndTell(deps, [db.delete(slotQuality).where(tooOld), ...entries], {
    announcements,
    after: [...rows, mark],
  });
}

/** One shard is in memory, not all. */
async function countDay(deps: Deps, projectId: number, day: number): Promise<Map<number, SlotCounts>> {
  await deps.events.flush(projectId);
  const sums = new Map<number, SlotCounts>();
  for (let shard = 0; shard < EVENT_SHARDS; shard++) {
    const watch = new SlotWatch((type) => !SILENT_EVENT_TYPES.includes(type) && type !== "dislike");
    for await (const event of eventsOfShard(deps, projectId, shard, day * DAY_MS)) watch.add(event);
    for (const [slotId, counts] of watch.finish()) {
      const known = sums.get(slotId);
      sums.set(slotId, known ? addCounts(known, counts) : counts);
    }
  }
  return sums;
}

/** Lists of the day, and the events that follow them up to two hours after its end. */
async function* eventsOfShard(
  { store, sleep }: Deps,
  projectId: number,
  shard: number,
  from: number,
): AsyncGenerator<WatchedEvent> {
  let after: string | null = null;
  do {
    const page = await listSegments(store, shardPrefix(projectId, shard), {
      limit: SEGMENTS_PER_PAGE,
      after,
    });
    for (const { key, sealedAt } of page.segments) {
      // Its events arrived before it was sealed.
      if (sealedAt < from) continue;
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) {
        const isShown = event.type === "impression";
        const end = from + DAY_MS + (isShown ? 0 : AFTER_MS);
        if (event.request_id === undefined || event.received < from || event.received >= end) continue;
        yield watchedOf(event, event.request_id);
      }
      await sleep(0);
    }
    after = page.next;
  } while (after !== null);
}

function watchedOf({ user_id, type, item_id, metadata }: StoredEvent, requestId: string): WatchedEvent {
  const { slot_id: slotId, position, score, cold } = metadata ?? {};
  const isList = type === "impression" && typeof slotId === "number" && typeof position === "number";
  return {
    ...{ who: whoOf(user_id), type, item: hashText(item_id)[0], requestId },
    ...(isList && {
      shown: {
        ...{ slotId, position, ...(cold === true && { isCold: true }) },
        ...(typeof score === "number" && { score }),
      },
    }),
  };
}

export async function ruleOf(db: Database, projectId: number): Promise<QualityRule> {
  const [row] = await db.select().from(qualityRule).where(eq(qualityRule.projectId, projectId));
  return row?.rule ?? qualityRuleRequest.parse({});
}

async function countsBefore(
  db: Database,
  { projectId, slotId, day }: { readonly projectId: number; readonly slotId: number; readonly day: number },
): Promise<SlotCounts | null> {
  const rows = await db
    .select({ counts: slotQuality.counts })
    .from(slotQuality)
    .where(
      and(
        ...[eq(slotQuality.projectId, projectId), eq(slotQuality.slotId, slotId)],
        ...[gte(slotQuality.day, day - BEFORE_DAYS), lt(slotQuality.day, day)],
      ),
    );
  const counts = rows.flatMap(({ counts: ofDay }) => (ofDay ? [ofDay] : []));
  return counts.length > 0 ? counts.reduce(addCounts) : null;
}
