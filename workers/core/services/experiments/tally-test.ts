/** What people did in a test of two slots, from conversion events and from the project's live events. */
import { and, asc, eq, gt, gte, inArray, lte, min, type SQL, sql } from "drizzle-orm";
import type { AbMetric } from "#contract/ab-test.ts";
import type { ConversionType } from "#contract/conversion-event.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import type { TalliedEvent, TallyPlan } from "#engine/experiment/experiment-tally.ts";
import { hashText } from "#jobs/event-shard/hash-text.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { abTestPrefix } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import type { AbTestRow } from "../resources/ab-test.ts";
import type { ConversionEventRow } from "../resources/conversion-event.ts";
import {
  plainEvent,
  type SentEvent,
  type SentEvents,
  TALLY_FORM,
  TALLY_RULES,
  type Tallied,
  type TallyDeps,
  tallyShards,
  whoOf,
} from "./tally-shards.ts";

type Deps = TallyDeps & Pick<ServiceDeps, "db">;

const ROWS_PER_PAGE = 5_000;
/** Conversion events in memory at a time, some 200 bytes each. */
const ROWS_AT_ONCE = 100_000;

export const CONVERSIONS: Readonly<Record<AbMetric, readonly ConversionType[]>> = {
  ctr: ["click"],
  purchase_rate: ["purchase"],
  conversion_rate: ["click", "purchase"],
};

export interface TestPeriod {
  readonly from: number;
  readonly to: number;
}

export function tallyTest(deps: Deps, row: AbTestRow, { from, to }: TestPeriod): Promise<Tallied> {
  const types = CONVERSIONS[row.targetMetric];
  const slots = [row.controlSlotId, row.variantSlotId];
  const plan: TallyPlan = {
    ...{ ...TALLY_RULES, arms: slots.length, isInterleaved: false, periods: [from], to },
    converts: (type) => types.some((known) => known === type),
  };
  return tallyShards(deps, {
    ...{ projectId: row.projectId, plan, prefix: abTestPrefix(row.projectId, row.id) },
    rules: JSON.stringify([TALLY_FORM, slots, types, from]),
    talliedOf: (event) => liveEvent(event, slots),
    sentAfter: (id) => sentAfter(deps, row, plan, id),
  });
}

function liveEvent(event: StoredEvent, slots: readonly number[]): TalliedEvent {
  const slot = event.metadata?.slot_id;
  return { ...plainEvent(event), ...ofSlot(event.type, typeof slot === "number" ? slots.indexOf(slot) : -1) };
}

/** An impression is of its variant, and a conversion that names a slot of the test belongs to the test. */
function ofSlot(type: string, arm: number): Pick<TalliedEvent, "arm" | "isOfTest"> {
  if (arm < 0) return {};
  return type === "impression" ? { arm } : { isOfTest: true };
}

/** Rows of the project by their ids: what was read is never read again. */
async function sentAfter({ db }: Deps, row: AbTestRow, plan: TallyPlan, id: number): Promise<SentEvents> {
  const slots = [row.controlSlotId, row.variantSlotId];
  const events: SentEvent[] = [];
  let last = id === 0 ? await idBefore(db, slots, (plan.periods[0] ?? 0) - plan.before) : id;
  while (events.length < ROWS_AT_ONCE) {
    const rows = await db
      .select()
      .from(conversionEvent)
      .where(
        and(
          eq(conversionEvent.projectId, row.projectId),
          gt(conversionEvent.id, last),
          // Not by the index of slots, which has all of their rows.
          sql`+${inArray(conversionEvent.slotId, slots)}`,
          row.endedAt === null ? undefined : lte(conversionEvent.createdAt, row.endedAt),
        ),
      )
      .orderBy(asc(conversionEvent.id))
      .limit(ROWS_PER_PAGE);
    for (const found of rows) {
      // Of a clock that is ahead: a next report reads it.
      if (found.createdAt > plan.to) return { events, last, isEnd: true };
      events.push(sentEvent(found, slots));
      last = found.id;
    }
    if (rows.length < ROWS_PER_PAGE) return { events, last, isEnd: true };
  }
  return { events, last, isEnd: false };
}

/** The id before the first row of the slots since a time; 0 without one. */
export async function idBefore(db: Deps["db"], slots: readonly number[], since: number): Promise<number> {
  const types: readonly ConversionType[] = ["impression", "click", "purchase"];
  const isSince: SQL | undefined = and(
    inArray(conversionEvent.slotId, [...slots]),
    inArray(conversionEvent.eventType, [...types]),
    gte(conversionEvent.createdAt, since),
  );
  const [found] = await db
    .select({ id: min(conversionEvent.id) })
    .from(conversionEvent)
    .where(isSince);
  return found?.id ? found.id - 1 : 0;
}

function sentEvent(row: ConversionEventRow, slots: readonly number[]): SentEvent {
  const { id, userId, itemId, eventType: type, createdAt: time, slotId, requestId, metadata } = row;
  const value = (metadata as { value?: unknown } | null)?.value;
  const tallied: TalliedEvent = {
    ...{ who: whoOf(userId), type, item: hashText(itemId)[0], time },
    ...ofSlot(type, slots.indexOf(slotId)),
    ...(requestId !== null && { requestId: whoOf(requestId) }),
    ...(typeof value === "number" && Number.isFinite(value) && { value }),
  };
  return { id, userId, tallied };
}
