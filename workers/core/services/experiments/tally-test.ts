/** What people did in a test, from conversion events and from the project's live events. */
import { and, asc, gt, gte, inArray, lte } from "drizzle-orm";
import type { AbMetric } from "#contract/ab-test.ts";
import type { ConversionType } from "#contract/conversion-event.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import { EngineError } from "#engine/engine-error.ts";
import { PeopleTally, type Tally, type TestEvent } from "#engine/experiment/people-tally.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { mergedUsers } from "#storage/user-merges.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { AbTestRow } from "../resources/ab-test.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
/** Of people's habits before the test. */
const BEFORE_MS = 28 * DAY_MS;
/** An event without a request belongs to a list that the person saw within this time. */
const WITHIN_MS = DAY_MS;
const MOST_LISTS_A_DAY = 500;
const ROWS_PER_PAGE = 5_000;
const SEGMENTS_PER_PAGE = 500;

export const CONVERSIONS: Readonly<Record<AbMetric, readonly ConversionType[]>> = {
  ctr: ["click"],
  purchase_rate: ["purchase"],
  conversion_rate: ["click", "purchase"],
};

export interface TestPeriod {
  readonly from: number;
  readonly to: number;
}

/** Reads all events of the test's time, in their order. Throws 409 for a test with more people than one isolate counts. */
export async function tallyTest(deps: Deps, row: AbTestRow, { from, to }: TestPeriod): Promise<Tally> {
  const types = CONVERSIONS[row.targetMetric];
  const tally = new PeopleTally({
    ...{ slots: [row.controlSlotId, row.variantSlotId], from, to, before: BEFORE_MS, within: WITHIN_MS },
    ...{ converts: (type) => types.some((known) => known === type), mostListsADay: MOST_LISTS_A_DAY },
  });
  await deps.events.flush(row.projectId);
  const userOf = await mergedUsers(deps.store, row.projectId, deps.clock());
  try {
    for await (const event of liveEvents(deps, row.projectId, from - BEFORE_MS)) {
      tally.add({ ...event, userId: userOf(event.userId) });
    }
    for await (const event of conversionEvents(deps, row, { from: from - BEFORE_MS, to })) {
      tally.add({ ...event, userId: userOf(event.userId) });
    }
  } catch (error) {
    if (!(error instanceof EngineError && error.code === "UNSUPPORTED")) throw error;
    throw new AppError("conflict", `${error.message} A report of so large a test is not possible yet.`);
  }
  return tally.finish();
}

/** Of all shards; a person's events are in one, in their order. */
async function* liveEvents(
  { store, sleep }: Deps,
  projectId: number,
  since: number,
): AsyncGenerator<TestEvent> {
  let after: string | null = null;
  do {
    const page = await listSegments(store, eventsPrefix(projectId), { limit: SEGMENTS_PER_PAGE, after });
    for (const { key, sealedAt } of page.segments) {
      // Its events arrived before it was sealed.
      if (sealedAt < since) continue;
      const lines = (await (await store.get(key))?.text()) ?? "";
      for (const event of eventsOf(lines)) yield testEventOf(event);
      await sleep(0);
    }
    after = page.next;
  } while (after !== null);
}

/** The time is that of the arrival: a client's clock may be wrong. */
function testEventOf(event: StoredEvent): TestEvent {
  const { user_id: userId, item_id: itemId, type, received: time, request_id, value, metadata } = event;
  const slotId = metadata?.slot_id;
  return {
    ...{ userId, itemId, type, time },
    ...(typeof slotId === "number" && { slotId }),
    ...(request_id !== undefined && { requestId: request_id }),
    ...(value !== undefined && { value }),
  };
}

async function* conversionEvents(
  { db }: Pick<Deps, "db">,
  { controlSlotId, variantSlotId }: AbTestRow,
  { from, to }: TestPeriod,
): AsyncGenerator<TestEvent> {
  let after = 0;
  for (;;) {
    const rows = await db
      .select()
      .from(conversionEvent)
      .where(
        and(
          inArray(conversionEvent.slotId, [controlSlotId, variantSlotId]),
          gte(conversionEvent.createdAt, from),
          lte(conversionEvent.createdAt, to),
          gt(conversionEvent.id, after),
        ),
      )
      .orderBy(asc(conversionEvent.id))
      .limit(ROWS_PER_PAGE);
    for (const { userId, itemId, eventType: type, createdAt: time, slotId, requestId, metadata } of rows) {
      const value = (metadata as { value?: unknown } | null)?.value;
      yield {
        ...{ userId, itemId, type, time, slotId },
        ...(requestId !== null && { requestId }),
        ...(typeof value === "number" && Number.isFinite(value) && { value }),
      };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PAGE) return;
    after = last.id;
  }
}
