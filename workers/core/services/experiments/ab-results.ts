import { and, count, countDistinct, eq, gte, inArray, lte, type SQL, sql } from "drizzle-orm";
import type { AbTestResults } from "#contract/ab-test.ts";
import type { ConversionType } from "#contract/conversion-event.ts";
import type { Database } from "#db/database.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import { proportionsTest, type Rate } from "#engine/experiment/fixed-test.ts";
import type { AbTestRow } from "../resources/ab-test.ts";
import { CONVERSIONS } from "./tally-test.ts";

/** What conversion events say of a test, by Recotem's rules: a draft counts all events of its slots. */
export async function abTestResultsOf(db: Database, row: AbTestRow): Promise<AbTestResults> {
  const [control, variant] = await Promise.all([
    rateOf(db, row, row.controlSlotId),
    rateOf(db, row, row.variantSlotId),
  ]);
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

/** Requests with an impression, and conversions. Impressions without a request count each. */
async function rateOf(db: Database, row: AbTestRow, slotId: number): Promise<Rate> {
  const inTest = (types: readonly ConversionType[]): SQL | undefined =>
    and(
      eq(conversionEvent.slotId, slotId),
      inArray(conversionEvent.eventType, [...types]),
      row.startedAt === null ? undefined : gte(conversionEvent.createdAt, row.startedAt),
      row.endedAt === null ? undefined : lte(conversionEvent.createdAt, row.endedAt),
    );
  const withoutRequest = sql<number>`coalesce(sum(${conversionEvent.requestId} is null), 0)`;
  const [[shown], [converted]] = await db.batch([
    db
      .select({ requests: countDistinct(conversionEvent.requestId), single: withoutRequest })
      .from(conversionEvent)
      .where(inTest(["impression"])),
    db.select({ count: count() }).from(conversionEvent).where(inTest(CONVERSIONS[row.targetMetric])),
  ]);
  return { trials: (shown?.requests ?? 0) + (shown?.single ?? 0), successes: converted?.count ?? 0 };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
