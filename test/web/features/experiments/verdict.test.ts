import { describe, expect, it } from "vitest";
import type { ExperimentReport, ReportedVariant } from "#contract/experiment.ts";
import { variantName, verdictOf } from "#web/features/experiments/verdict.ts";

const variant = (slot: number | null, fields: Partial<ReportedVariant> = {}): ReportedVariant => ({
  ...{ slot, share: 0.5, people: 100, lists: 200, conversion: 0.2, per_list: 0.1, revenue: 0 },
  ...{ latency_p95_ms: null, empty_share: null, items_shown: 9, relative: null, absolute: null },
  ...{ p_value: null, win_probability: null, risk: null, verdict: null },
  ...fields,
});
const report = (fields: Partial<ExperimentReport>): ExperimentReport => ({
  ...{ kind: "ab", method: "sequential", metric: "conversion", from: "", to: "", preference: null },
  ...{ variants: [variant(1), variant(2, { relative: { estimate: 0.12, low: 0.03, high: 0.21 } })] },
  ...{ left_out: { mixed: 0, robots: 0, merged: 0 }, sampled: 1, periods: 1, sample_ratio_p: 0.5 },
  ...{ minimum_detectable_effect: 0.1, days_left: 5.2, breaches: [], warnings: [] },
  ...{ verdict: "undecided", best: null, advice: "" },
  ...fields,
});
const nameOf = (slot: number | null) =>
  slot === null ? "Popular items" : (["", "live", "new"][slot] ?? "?");
const said = (fields: Partial<ExperimentReport>) => verdictOf(report(fields), 0.95, nameOf);

describe("the verdict of an experiment", () => {
  it("names what is better, by how much, and the range", () => {
    expect(said({ verdict: "better", best: 2 })).toEqual({
      tone: "good",
      title: "“new” is better",
      detail: "12% more: People who act. 95% range: +3.0% to +21%.",
    });
  });

  it("says how sure a probability is", () => {
    const variants = [
      variant(1),
      variant(2, { relative: { estimate: 0.12, low: 0.03, high: 0.21 }, win_probability: 0.97 }),
    ];
    expect(said({ verdict: "better", best: 2, variants }).detail).toContain("97% sure that it is better.");
  });

  it("keeps the control where all others are worse", () => {
    const variants = [variant(1), variant(2, { relative: { estimate: -0.1, low: -0.2, high: -0.01 } })];
    expect(said({ verdict: "worse", best: 1, variants })).toMatchObject({
      tone: "warn",
      title: "Keep “live”: nothing beats it",
      detail: "10% less: People who act. 95% range: −20% to −1.0%.",
    });
  });

  it.each([
    [5.2, "About 6 more days at the rate so far."],
    [0.01, "About one more day at the rate so far."],
    [null, "Nobody can say yet how long it takes."],
  ])("says how long it takes with %s days left", (days_left, detail) =>
    expect(said({ days_left })).toEqual({ tone: "info", title: "No clear difference yet", detail }),
  );

  it("names each broken bound", () => {
    const breaches = [{ slot: 2, guardrail: "empty_share", value: 0.2, bound: 0.05 }];
    expect(said({ verdict: "guardrail", breaches })).toMatchObject({
      tone: "bad",
      detail: "new: share of empty lists is 20%, the bound is 5.0%.",
    });
  });

  it.each([
    [{ estimate: 0.3, low: 0.1, high: 0.5 }, "People prefer “new”", "60 against 40"],
    [{ estimate: -0.3, low: -0.5, high: -0.1 }, "People prefer “live”", "40 against 60"],
    [{ estimate: 0.1, low: -0.1, high: 0.3 }, "No clear preference yet", "60 against 40"],
  ])("says whose items people prefer: %o", (interval, title, counts) => {
    const preference = { people: 50, credits: [40, 60], interval, p_value: null };
    const found = said({ kind: "interleave", preference });
    expect(found.title).toBe(title);
    expect(found.detail).toContain(counts);
  });

  it("tells a holdout's baseline from everybody outside", () => {
    const holdout = report({
      ...{ kind: "holdout" as const, verdict: "better" as const },
      variants: [variant(null), variant(null, { relative: { estimate: 0.5, low: 0.2, high: 0.8 } })],
    });
    expect([0, 1].map((index) => variantName(holdout, index, nameOf))).toEqual([
      "Popular items",
      "Everybody else",
    ]);
    expect(verdictOf(holdout, 0.95, nameOf)).toMatchObject({ title: "Personal lists pay" });
    expect(verdictOf(holdout, 0.95, nameOf).detail).toContain("50% more");
  });
});
