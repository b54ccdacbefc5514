/** The report of an experiment: each variant against the control, how sure the differences are, and what to do. */
import { and, asc, eq, gt, inArray, lt } from "drizzle-orm";
import type {
  ExperimentReport,
  ExperimentReportQuery,
  ExperimentVerdict,
  ReportedVariant,
} from "#contract/experiment.ts";
import type { Database } from "#db/database.ts";
import { slotPeriod } from "#db/slot-schema.ts";
import { armPeople, armSamples, peopleOf } from "#engine/experiment/arm-samples.ts";
import { bayesianTest } from "#engine/experiment/bayesian-test.ts";
import { type Effect, effectOf, preferenceEffect } from "#engine/experiment/effect.ts";
import { fixedTest } from "#engine/experiment/fixed-test.ts";
import { daysLeft, minimumDetectableEffect, peopleNeeded, type TestPlan } from "#engine/experiment/power.ts";
import { MISMATCH_P, sampleRatioP } from "#engine/experiment/sample-ratio.ts";
import { DEFAULT_TUNING, sequentialTest } from "#engine/experiment/sequential-test.ts";
import type { Sample } from "#engine/experiment/statistics/sample.ts";
import { verdictOf } from "#engine/experiment/verdict.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { isoTime } from "../resources/iso-time.ts";
import { experimentAdvice } from "./experiment-advice.ts";
import { slotsOf } from "./experiments.ts";
import { breachesOf } from "./guardrails.ts";
import { tallyExperiment } from "./tally-experiment.ts";
import type { Tallied } from "./tally-shards.ts";

export type ReportDeps = Pick<ServiceDeps, "db" | "store" | "events" | "clock" | "sleep">;

const DAY_MS = 86_400_000;
const POWER = 0.8;

/** Throws 409 for an experiment that has not started. */
export async function experimentReportOf(
  deps: ReportDeps,
  row: ExperimentRow,
  query: ExperimentReportQuery,
): Promise<ExperimentReport> {
  if (row.startedAt === null)
    throw new AppError("conflict", "The experiment has not started: start it first.");
  const tallied = await tallyExperiment(deps, row);
  const warnings = await warningsOf(deps.db, row);
  return reportOf(row, tallied, { ...query, now: deps.clock(), warnings });
}

interface Look extends ExperimentReportQuery {
  readonly now: number;
  readonly warnings: readonly string[];
}

/** The report of what was tallied. */
export function reportOf(row: ExperimentRow, tallied: Tallied, look: Look): ExperimentReport {
  const from = row.startedAt ?? look.now;
  const to = row.endedAt ?? look.now;
  const metric = look.metric ?? row.metric;
  const people = armPeople(tallied);
  const samples = armSamples(tallied, metric);
  const shares = expectedShares(row, tallied);
  const ratioP =
    row.kind === "interleave" || shares.some((share) => share <= 0) ? null : sampleRatioP(people, shares);
  const confidence = confidenceOf(row);
  const variants = shownVariants(row, tallied, { samples, shares, people, confidence, look });
  const preference =
    row.kind === "interleave" ? preferenceOf(tallied, row.confidenceLevel, look.method) : null;
  const breaches = breachesOf(row, variants);
  const planned = planFigures(samples, people, { row, look, confidence, days: (to - from) / DAY_MS });
  const figures = {
    ...{ kind: row.kind, method: look.method, metric, from: isoTime(from), to: isoTime(to) },
    ...{ variants, preference, breaches, warnings: [...look.warnings] },
    left_out: { mixed: tallied.mixed, robots: tallied.robots, merged: tallied.merged },
    ...{ sampled: tallied.sampled, periods: row.periods.length, sample_ratio_p: ratioP },
    ...(preference ? { minimum_detectable_effect: null, days_left: null } : planned),
  };
  const { verdict, best } = overall(figures, row, look.method);
  return { ...figures, verdict, best, advice: experimentAdvice({ ...figures, verdict, best }, row) };
}

/** With several variants each comparison is surer, so that all together are as sure as was asked for: Bonferroni's correction, Dunn (1961). */
function confidenceOf({ kind, variants, confidenceLevel }: ExperimentRow): number {
  const comparisons = kind === "ab" ? Math.max(1, variants.length - 1) : 1;
  return 1 - (1 - confidenceLevel) / comparisons;
}

/** The share of people that each variant should have, over the periods. */
function expectedShares(row: ExperimentRow, { periods }: Tallied): number[] {
  const [first] = row.periods;
  const counts = periods.map(peopleOf);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (first?.shares ?? []).map((share, arm) =>
    total === 0
      ? share
      : row.periods.reduce(
          (sum, { shares }, at) => sum + ((shares[arm] ?? 0) * (counts[at] ?? 0)) / total,
          0,
        ),
  );
}

interface Compared {
  readonly samples: readonly Sample[];
  readonly shares: readonly number[];
  readonly people: readonly number[];
  readonly confidence: number;
  readonly look: Look;
}

function shownVariants(
  row: ExperimentRow,
  tallied: Tallied,
  { samples, shares, people, confidence, look }: Compared,
): ReportedVariant[] {
  const means = (["conversion", "per_list", "revenue"] as const).map((name) => armSamples(tallied, name));
  return samples.map((sample, arm) => {
    const isInterleaved = row.kind === "interleave";
    // Everybody sees both slots, and the sums of all are with the first one.
    const of = isInterleaved ? 0 : arm;
    const isCompared = arm > 0 && !isInterleaved;
    const { lists, empty, times, items } = tallied.lists[arm] as Tallied["lists"][number];
    const [conversion, perList, revenue] = means.map((samplesOf) => samplesOf[of]?.mean ?? 0) as [
      number,
      number,
      number,
    ];
    return {
      ...{ slot: row.variants[arm]?.slot ?? null, share: shares[arm] ?? 0, people: people[of] ?? 0, lists },
      ...{ conversion, per_list: perList, revenue },
      ...{ latency_p95_ms: times.quantile(0.95), empty_share: lists > 0 ? empty / lists : null },
      items_shown: items.estimate(),
      ...(isCompared
        ? comparison(samples[0] as Sample, sample, {
            confidence,
            method: look.method,
            hasEnded: row.endedAt !== null,
          })
        : NOT_COMPARED),
    };
  });
}

type Comparison = Pick<
  ReportedVariant,
  "relative" | "absolute" | "p_value" | "win_probability" | "risk" | "verdict"
>;
const NOT_COMPARED: Comparison = {
  ...{ relative: null, absolute: null, p_value: null, win_probability: null, risk: null, verdict: null },
};

interface How {
  readonly confidence: number;
  readonly method: Look["method"];
  readonly hasEnded: boolean;
}

function comparison(control: Sample, variant: Sample, how: How): Comparison {
  const relative = tested(effectOf(control, variant, "relative"), how);
  const absolute = tested(effectOf(control, variant, "absolute"), how);
  const verdict = verdictOf({
    ...{ sampleRatioP: null, interval: absolute?.interval ?? null },
    ...{ hasEnded: how.hasEnded, mayDecideEarly: how.method !== "fixed" },
  });
  return {
    ...{ relative: relative?.interval ?? null, absolute: absolute?.interval ?? null },
    ...{
      p_value: absolute?.p ?? null,
      win_probability: absolute?.win ?? null,
      risk: relative?.risk ?? null,
      verdict,
    },
  };
}

function tested(effect: Effect | null, { confidence, method }: Pick<How, "confidence" | "method">) {
  if (effect === null) return null;
  if (method === "bayesian") {
    const { estimate, low, high, winProbability: win, risk } = bayesianTest(effect, confidence);
    return { interval: { estimate, low, high }, p: null, win, risk };
  }
  const test = method === "fixed" ? fixedTest : sequentialTest;
  const { estimate, low, high, pValue: p } = test(effect, confidence);
  return { interval: { estimate, low, high }, p, win: null, risk: null };
}

function preferenceOf(
  { preference, credits }: Tallied,
  confidence: number,
  method: Look["method"],
): ExperimentReport["preference"] {
  const found = tested(preferenceEffect(preference), { confidence, method });
  return {
    ...{ people: preference.count, credits: [...credits] },
    ...{ interval: found?.interval ?? null, p_value: found?.p ?? null },
  };
}

/** For the variant with the fewest people, which decides last. */
function planFigures(
  samples: readonly Sample[],
  people: readonly number[],
  { row, look, confidence, days }: { row: ExperimentRow; look: Look; confidence: number; days: number },
): Pick<ExperimentReport, "minimum_detectable_effect" | "days_left"> {
  const [control = 0, ...others] = people;
  const fewest = Math.min(...others);
  const both = control + fewest;
  const plan: TestPlan = {
    ...{ kind: look.method === "sequential" ? "sequential" : "fixed", confidence, power: POWER },
    ...{ share: control > 0 && fewest > 0 ? fewest / both : 0.5, tuning: DEFAULT_TUNING },
  };
  const sample = samples[0] as Sample;
  const left = daysLeft(peopleNeeded(sample, look.effect, plan), both, days);
  return {
    minimum_detectable_effect: finite(minimumDetectableEffect(sample, both, plan)),
    days_left: row.endedAt === null ? finite(left) : null,
  };
}

type Judged = Omit<ExperimentReport, "verdict" | "best" | "advice">;

/** Cases, first match wins: a guardrail, lost people, the best of the better variants, then what most variants lack. */
function overall(
  { breaches, sample_ratio_p: ratioP, variants, preference }: Judged,
  row: ExperimentRow,
  method: Look["method"],
): { readonly verdict: ExperimentVerdict; readonly best: number | null } {
  const [control, ...others] = variants;
  if (breaches.length > 0) return { verdict: "guardrail", best: null };
  if (ratioP !== null && ratioP < MISMATCH_P) return { verdict: "mismatch", best: null };
  if (preference) {
    const found = { sampleRatioP: null, interval: preference.interval };
    const verdict = verdictOf({
      ...found,
      hasEnded: row.endedAt !== null,
      mayDecideEarly: method !== "fixed",
    });
    const side = verdict === "better" ? 1 : verdict === "worse" ? 0 : null;
    return { verdict, best: side === null ? null : (row.variants[side]?.slot ?? null) };
  }
  const better = others.filter(({ verdict }) => verdict === "better");
  const [best] = better.sort((a, b) => (b.absolute?.estimate ?? 0) - (a.absolute?.estimate ?? 0));
  if (best) return { verdict: "better", best: best.slot };
  if (others.every(({ verdict }) => verdict === "worse"))
    return { verdict: "worse", best: control?.slot ?? null };
  const open = (["too_early", "undecided"] as const).find((name) =>
    others.some(({ verdict }) => verdict === name),
  );
  return { verdict: open ?? "no_difference", best: null };
}

/** What happened to the slots while the experiment ran. */
async function warningsOf(db: Database, row: ExperimentRow): Promise<string[]> {
  const ids = slotsOf(row);
  if (ids.length === 0) return [];
  const periods = await db
    .select()
    .from(slotPeriod)
    .where(
      and(
        ...[eq(slotPeriod.projectId, row.projectId), inArray(slotPeriod.slotId, ids)],
        gt(slotPeriod.startedAt, row.startedAt ?? 0),
        lt(slotPeriod.startedAt, row.endedAt ?? Number.MAX_SAFE_INTEGER),
      ),
    )
    .orderBy(asc(slotPeriod.id));
  return periods.map(({ slotId, version, isActive, isShadow, startedAt }) => {
    const state = isActive && !isShadow ? `has version ${version}` : "answers no requests";
    return `Slot ${slotId} changed: since ${isoTime(startedAt)} it ${state}. Figures before and after are one.`;
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
