/** The report of a test: what its people did, how sure the difference is, and what to do. */
import { and, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
import type { AbTestReport, AbTestReportQuery, ReportMetric } from "#contract/ab-test.ts";
import type { Database } from "#db/database.ts";
import { slotPeriod } from "#db/slot-schema.ts";
import { armSamples } from "#engine/experiment/arm-samples.ts";
import { bayesianTest } from "#engine/experiment/bayesian-test.ts";
import { type Effect, effectOf } from "#engine/experiment/effect.ts";
import { fixedTest } from "#engine/experiment/fixed-test.ts";
import { daysLeft, minimumDetectableEffect, peopleNeeded, type TestPlan } from "#engine/experiment/power.ts";
import { sampleRatioP } from "#engine/experiment/sample-ratio.ts";
import { DEFAULT_TUNING, sequentialTest } from "#engine/experiment/sequential-test.ts";
import type { Sample } from "#engine/experiment/statistics/sample.ts";
import { verdictOf } from "#engine/experiment/verdict.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { AbTestRow } from "../resources/ab-test.ts";
import { isoTime } from "../resources/iso-time.ts";
import { adviceOf } from "./advice.ts";
import type { Tallied } from "./tally-shards.ts";
import { tallyTest } from "./tally-test.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "events" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
const POWER = 0.8;

/** Throws 409 for a test that has not started. */
export async function abTestReportOf(
  deps: Deps,
  row: AbTestRow,
  query: AbTestReportQuery,
): Promise<AbTestReport> {
  if (row.startedAt === null) throw new AppError("conflict", "The test has not started: start it first.");
  const period = { from: row.startedAt, to: row.endedAt ?? deps.clock() };
  const tally = await tallyTest(deps, row, period);
  const [control, variant] = armSamples(tally, query.metric) as [Sample, Sample];
  const ratioP = await sampleRatioOf(deps.db, row, [control.count, variant.count]);
  const tests = testsOf(control, variant, row.confidenceLevel, query.method);
  const plan: TestPlan = {
    ...{ kind: query.method === "sequential" ? "sequential" : "fixed", confidence: row.confidenceLevel },
    ...{ power: POWER, share: shareOf(control, variant), tuning: DEFAULT_TUNING },
  };
  const people = control.count + variant.count;
  const days = (period.to - period.from) / DAY_MS;
  const left = daysLeft(peopleNeeded(control, query.effect, plan), people, days);
  const found = {
    sampleRatioP: ratioP,
    interval: tests.absolute,
    hasEnded: row.endedAt !== null,
    mayDecideEarly: query.method !== "fixed",
  };
  const verdict = verdictOf(found);
  const figures = {
    ...{ method: query.method, metric: query.metric, from: isoTime(period.from), to: isoTime(period.to) },
    control: variantOf(tally, row.controlSlotId, 0),
    variant: variantOf(tally, row.variantSlotId, 1),
    left_out: { mixed: tally.mixed, robots: tally.robots, merged: tally.merged },
    sampled: tally.sampled,
    sample_ratio_p: ratioP,
    ...tests,
    minimum_detectable_effect: finite(minimumDetectableEffect(control, people, plan)),
    days_left: row.endedAt === null ? finite(left) : null,
  };
  return { ...figures, verdict, advice: adviceOf(verdict, figures, row) };
}

function variantOf(tally: Tallied, slot: number, at: 0 | 1): AbTestReport["control"] {
  const sums = tally.periods[0]?.[at];
  const mean = (metric: ReportMetric) => armSamples(tally, metric)[at]?.mean ?? 0;
  return {
    ...{ slot, people: sums?.conversion.count ?? 0, lists: sums?.perList.other ?? 0 },
    ...{ conversion: mean("conversion"), per_list: mean("per_list"), revenue: mean("revenue") },
  };
}

type Tests = Pick<AbTestReport, "relative" | "absolute" | "p_value" | "win_probability" | "risk">;

function testsOf(
  control: Sample,
  variant: Sample,
  confidence: number,
  method: AbTestReport["method"],
): Tests {
  const [relative, absolute] = [
    effectOf(control, variant, "relative"),
    effectOf(control, variant, "absolute"),
  ];
  if (method === "bayesian") {
    const [ofRelative, ofAbsolute] = [relative, absolute].map((effect) =>
      effect === null ? null : bayesianTest(effect, confidence),
    );
    return {
      ...{ relative: intervalOf(ofRelative), absolute: intervalOf(ofAbsolute), p_value: null },
      ...{ win_probability: ofAbsolute?.winProbability ?? null, risk: ofRelative?.risk ?? null },
    };
  }
  const test = (effect: Effect | null) =>
    effect && (method === "fixed" ? fixedTest(effect, confidence) : sequentialTest(effect, confidence));
  const ofAbsolute = test(absolute);
  return {
    ...{ relative: intervalOf(test(relative)), absolute: intervalOf(ofAbsolute) },
    ...{ p_value: ofAbsolute?.pValue ?? null, win_probability: null, risk: null },
  };
}

function intervalOf(test: { estimate: number; low: number; high: number } | null | undefined) {
  return test ? { estimate: test.estimate, low: test.low, high: test.high } : null;
}

/** Null where the slots do not say how many people each should have: their weights changed, or one answered no request for a while. */
async function sampleRatioOf(
  db: Database,
  row: AbTestRow,
  people: readonly number[],
): Promise<number | null> {
  const ids = [row.controlSlotId, row.variantSlotId];
  const periods = await db
    .select({ slotId: slotPeriod.slotId, weight: slotPeriod.weight, isActive: slotPeriod.isActive })
    .from(slotPeriod)
    .where(
      and(
        eq(slotPeriod.projectId, row.projectId),
        inArray(slotPeriod.slotId, ids),
        or(isNull(slotPeriod.endedAt), gt(slotPeriod.endedAt, row.startedAt ?? 0)),
        lte(slotPeriod.startedAt, row.endedAt ?? Number.MAX_SAFE_INTEGER),
      ),
    );
  const weights = ids.map((id) => {
    const ofSlot = new Set(
      periods.flatMap(({ slotId, weight, isActive }) => (slotId === id ? [isActive ? weight : 0] : [])),
    );
    const [weight] = ofSlot;
    return ofSlot.size === 1 && weight !== undefined ? weight : 0;
  });
  const areShared = weights.every((weight) => weight > 0) && ids[0] !== ids[1];
  return areShared ? sampleRatioP(people, weights) : null;
}

/** Of the variant; a half before anybody came. */
function shareOf(control: Sample, variant: Sample): number {
  const people = control.count + variant.count;
  return control.count > 0 && variant.count > 0 ? variant.count / people : 0.5;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
