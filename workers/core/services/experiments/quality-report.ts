/** The quality of a project's slots, day by day, and the rule of what is told. */
import { and, asc, eq, gte } from "drizzle-orm";
import type { QualityResponse, QualityRule, SlotCounts, SlotDay } from "#contract/quality.ts";
import { qualityRule, slotQuality } from "#db/experiment-schema.ts";
import { addCounts, driftOf, figuresOf } from "#engine/experiment/slot-quality.ts";
import type { ServiceDeps } from "../deps.ts";
import { isoTime } from "../resources/iso-time.ts";
import { problemsOf } from "./quality-problems.ts";
import { BEFORE_DAYS, DAY_MS, ruleOf } from "./quality-watch.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;

/** Counted days of the last `days`, the oldest first. */
export async function qualityOf(
  { db, clock }: Deps,
  projectId: number,
  days: number,
): Promise<QualityResponse> {
  const first = Math.floor(clock() / DAY_MS) - days;
  const [rule, rows] = await Promise.all([
    ruleOf(db, projectId),
    db
      .select()
      .from(slotQuality)
      .where(and(eq(slotQuality.projectId, projectId), gte(slotQuality.day, first - BEFORE_DAYS)))
      .orderBy(asc(slotQuality.day), asc(slotQuality.slotId)),
  ]);
  const shown = rows.flatMap(({ day, slotId, counts }): SlotDay[] => {
    if (day < first || counts === null) return [];
    const before = rows.flatMap((row) => {
      const isBefore = row.slotId === slotId && row.day < day && row.day >= day - BEFORE_DAYS;
      return isBefore && row.counts ? [row.counts] : [];
    });
    return [slotDayOf(rule, { day, slotId, counts, before })];
  });
  const last = rows.at(-1);
  return { rule, days: shown, counted_at: last ? isoTime(last.createdAt) : null };
}

interface Day {
  readonly day: number;
  readonly slotId: number;
  readonly counts: SlotCounts;
  readonly before: readonly SlotCounts[];
}

function slotDayOf(rule: QualityRule, { day, slotId, counts, before }: Day): SlotDay {
  const sum = before.length > 0 ? before.reduce(addCounts) : null;
  const drift = sum ? driftOf(counts, sum) : { items: null, scores: null };
  const figures = figuresOf(counts);
  return {
    ...{ day: isoTime(day * DAY_MS).slice(0, 10), slot: slotId, ...figures },
    ...{ click_through_at: [...figures.click_through_at], conversion_at: [...figures.conversion_at] },
    ...{ item_drift: drift.items, score_drift: drift.scores },
    problems: sum ? problemsOf(rule, counts, sum).map(({ text }) => text) : [],
  };
}

/** Replaces the whole rule. */
export async function setQualityRule(
  { db, clock }: Deps,
  projectId: number,
  rule: QualityRule,
): Promise<QualityRule> {
  const now = clock();
  await db
    .insert(qualityRule)
    .values({ projectId, rule, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({ target: qualityRule.projectId, set: { rule, updatedAt: now } });
  return rule;
}
