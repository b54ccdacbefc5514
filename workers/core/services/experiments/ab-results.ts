import { and, eq, gt, inArray, max, type SQL, sql } from "drizzle-orm";
import type { AbTestResults } from "#contract/ab-test.ts";
import type { Database } from "#db/database.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import { proportionsTest, type Rate } from "#engine/experiment/fixed-test.ts";
import { abTestResultsKey } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import type { AbTestRow } from "../resources/ab-test.ts";
import { CONVERSIONS, idBefore } from "./tally-test.ts";

type Deps = Pick<ServiceDeps, "db" | "store">;

const NOBODY: Rate = { trials: 0, successes: 0 };
/** Changes with what is kept. */
const FORM = 1;

/** What conversion events say of a test, by Recotem's rules: a draft counts all events of its slots. */
export async function abTestResultsOf(deps: Deps, row: AbTestRow): Promise<AbTestResults> {
  const rates = await ratesOf(deps, row);
  const [control, variant] = [rates[row.controlSlotId] ?? NOBODY, rates[row.variantSlotId] ?? NOBODY];
  const { z, pValue, significant, liftPercent, interval } = proportionsTest(
    control,
    variant,
    row.confidenceLevel,
  );
  const both = control.trials > 0 && variant.trials > 0;
  const shareOf = ({ trials, successes }: Rate) => (both ? rounded(successes / trials, 6) : 0);
  return {
    control_impressions: control.trials,
    control_conversions: control.successes,
    control_rate: shareOf(control),
    variant_impressions: variant.trials,
    variant_conversions: variant.successes,
    variant_rate: shareOf(variant),
    z_score: rounded(z, 4),
    p_value: rounded(pValue, 6),
    significant,
    lift: rounded(liftPercent, 2),
    confidence_interval: interval.map((bound) => rounded(bound, 6)),
    min_sample_size: row.minSampleSize,
    sufficient_data: control.trials + variant.trials >= row.minSampleSize,
  };
}

interface Kept {
  /** What counts: another text, and all is counted again. */
  readonly rules: string;
  /** The id of the last event that was looked at. */
  readonly after: number;
  /** By slot. */
  readonly rates: Readonly<Record<number, Rate>>;
}

/** Rates by slot. What was counted is kept, and only the events that came since are read. */
async function ratesOf({ db, store }: Deps, row: AbTestRow): Promise<Kept["rates"]> {
  const key = abTestResultsKey(row.projectId, row.id);
  const kept = await readKept({ store }, key, rulesOf(row));
  const slots = [row.controlSlotId, row.variantSlotId];
  const after = kept?.after ?? (await idBefore(db, slots, row.startedAt ?? 0));
  const [[end], fresh] = await db.batch([
    db
      .select({ id: max(conversionEvent.id) })
      .from(conversionEvent)
      .where(eq(conversionEvent.projectId, row.projectId)),
    freshCounts(db, row, after),
  ]);
  const rates: Record<number, Rate> = { ...kept?.rates };
  for (const { slotId, requests, single, converted } of fresh) {
    const { trials = 0, successes = 0 } = rates[slotId] ?? {};
    rates[slotId] = { trials: trials + requests + single, successes: successes + converted };
  }
  const last = Math.max(after, end?.id ?? 0);
  if (!kept || last > after) {
    await store.put(key, JSON.stringify({ rules: rulesOf(row), after: last, rates } satisfies Kept));
  }
  return rates;
}

/**
 * Requests with an impression, and conversions, of events after an id. Impressions without a request count each. A request counts once:
 * one that an earlier event has is left out.
 */
function freshCounts(db: Database, row: AbTestRow, after: number) {
  const { startedAt, endedAt } = row;
  const isWithin = (at: SQL) =>
    and(
      startedAt === null ? undefined : sql`${at} >= ${startedAt}`,
      endedAt === null ? undefined : sql`${at} <= ${endedAt}`,
    );
  const { slotId, requestId, eventType, createdAt } = conversionEvent;
  const known = sql`exists (select 1 from conversion_event old where old.slot_id = conversion_event.slot_id and old.request_id = conversion_event.request_id
    and old.event_type = 'impression' and old.id <= ${after} and ${isWithin(sql`old.created_at`) ?? sql`true`})`;
  const isShown = sql`${eventType} = 'impression'`;
  return db
    .select({
      slotId,
      requests: sql<number>`count(distinct case when ${isShown} and not ${known} then ${requestId} end)`,
      single: sql<number>`coalesce(sum(${isShown} and ${requestId} is null), 0)`,
      converted: sql<number>`coalesce(sum(${inArray(eventType, [...CONVERSIONS[row.targetMetric]])}), 0)`,
    })
    .from(conversionEvent)
    .where(
      and(
        eq(conversionEvent.projectId, row.projectId),
        gt(conversionEvent.id, after),
        // Not by an index of slots, which has all of their events.
        sql`+${inArray(slotId, [row.controlSlotId, row.variantSlotId])}`,
        isWithin(sql`${createdAt}`),
      ),
    )
    .groupBy(slotId);
}

async function readKept({ store }: Pick<Deps, "store">, key: string, rules: string): Promise<Kept | null> {
  const object = await store.get(key);
  const kept = object && ((await object.json()) as Kept);
  return kept?.rules === rules ? kept : null;
}

function rulesOf({ controlSlotId, variantSlotId, targetMetric, startedAt, endedAt }: AbTestRow): string {
  return JSON.stringify([FORM, controlSlotId, variantSlotId, targetMetric, startedAt, endedAt]);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
