import { describe, expect, it } from "vitest";
import { weightReport } from "#contract/weight-report.ts";
import { DEFAULT_WEIGHT_RULE, type WeightRule } from "#contract/weight-rule.ts";
import { reportWeights } from "#engine/data/build/report-weights.ts";
import { bytesOf, COLUMNS, chunks, effects, fixtureRandom, ingest } from "../files.ts";

/** What the caller of `reportWeights` adds. */
const CALLERS = { data: null, rule: null, otherwise_weighed: [] };

const DAY_MS = 86_400_000;
type Options = Partial<Parameters<typeof reportWeights>[1]>;

const reportOf = (file: string, options: Options) =>
  reportWeights(
    { name: "data.csv", bytes: chunks(bytesOf(file), 0) },
    { ...effects, columns: { ...COLUMNS, time: null }, rules: {}, maxRows: 10_000, ...options },
  );
const rule = (changes: Partial<WeightRule>): WeightRule => ({ ...DEFAULT_WEIGHT_RULE, ...changes });

const RATINGS = [
  "user,item,weight",
  ...["ann,a,5", "ann,b,4", "ann,c,3", "bob,a,4", "bob,b,1", "cat,c,2", "dan,a,9", ",b,5", "eve,b,much"],
].join("\n");

describe("the report of a choice of weights", () => {
  it("says what likes do to ratings", async () => {
    const report = await reportOf(RATINGS, { weightRule: rule({ weight_kind: "likes" }) });
    expect(weightReport.safeParse({ ...report, ...CALLERS }).error).toBeUndefined();
    expect(report).toMatchObject({
      ...{ rows: 9, kept_rows: 3, left_out_rows: 3, rejected_rows: 3 },
      ...{ users_before: 5, users: 2, items: 2, pairs: 3, dislikes: 0, density: 3 / 4 },
      ...{ users_below_2_items: 0.5, sampled_users: null, by_type: [] },
    });
    expect(report.reasons).toEqual([
      { reason: "is rated lower than a like", rows: 3 },
      { reason: "has a rating above 5, the rating_max of the scale", rows: 1 },
      { reason: "has no user id", rows: 1 },
      { reason: "has a weight that is not a number", rows: 1 },
    ]);
    expect(report.before?.histogram.map(({ from, count }) => [from, count])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 1],
      [9, 1],
    ]);
    expect(report.after?.histogram).toEqual([{ from: 1, to: 1, count: 3 }]);
    expect(report.examples).toContainEqual(
      expect.objectContaining({ user: "ann", item: "a", before: 5, after: 1, reason: null }),
    );
    expect(report.examples).toContainEqual(
      expect.objectContaining({ user: "ann", item: "c", before: 3, after: null }),
    );
  });

  it("adds types, and shows the caps and ages of pairs", async () => {
    const file = [
      "user,item,kind,weight,time",
      "ann,a,purchase,99,2026-01-03",
      "ann,a,view,,2026-01-02",
      "ann,b,view,,2026-01-01",
      "bob,a,view,,2026-01-03",
      "bob,b,share,,2026-01-03",
    ].join("\n");
    const columns = { ...COLUMNS, event: { column: "kind", weights: { view: 1, purchase: 8 } } };
    const report = await reportOf(file, {
      columns,
      rules: { halfLifeMs: DAY_MS, maxWeight: 10 },
      weightRule: rule({ weight_kind: "revenue", weight_scale: "log" }),
    });
    expect(report.by_type).toEqual([
      { type: "purchase", rows: 1, weight: 8 * Math.log(100) },
      { type: "view", rows: 3, weight: 3 },
    ]);
    expect(report.reasons).toEqual([{ reason: "has an event without a weight", rows: 1 }]);
    // ann b is two days old; the pair of ann and a is capped.
    expect(report.after?.histogram.map(({ from, count }) => [from, count])).toEqual([
      [0.25, 1],
      [1, 1],
      [10, 1],
    ]);
    expect(report.before).toMatchObject({ count: 1, min: 99, max: 99 });
  });

  it("has a row for nothing kept", async () => {
    const file = "user,item,weight\nann,a,0\nann,b,3\n";
    const report = await reportOf(file, { weightRule: rule({ weight_kind: "revenue" }), rules: {} });
    expect(report).toMatchObject({ rows: 2, kept_rows: 1, users: 1, users_below_2_items: 1 });
  });

  it("agrees with ingestion, and estimates within a few percent where users do not fit", async () => {
    const random = fixtureRandom(11);
    const lines = Array.from({ length: 40_000 }, () => {
      const user = Math.floor(3_000 * random() ** 2);
      return `u${user},i${Math.floor(400 * random() ** 2)},${1 + Math.floor(5 * random())}`;
    });
    const file = `user,item,weight\n${lines.join("\n")}\n`;
    const weightRule = rule({ weight_kind: "likes" });
    const columns = { ...COLUMNS, time: null };
    const { report: ingested } = await ingest(file, { columns, weightRule });
    const whole = await reportOf(file, { weightRule, maxRows: 40_000 });
    expect([whole.users, whole.items, whole.pairs, whole.density, whole.kept_rows]).toEqual([
      ...[ingested.users, ingested.items, ingested.interactions, ingested.density, ingested.accepted_rows],
    ]);
    const part = await reportOf(file, { weightRule, maxRows: 5_000 });
    expect([part.kept_rows, part.left_out_rows, part.items]).toEqual([
      ...[whole.kept_rows, whole.left_out_rows, whole.items],
    ]);
    expect(part.sampled_users).toBeLessThan(0.5);
    expect(Math.abs(part.users / whole.users - 1)).toBeLessThan(0.1);
    expect(Math.abs(part.pairs / whole.pairs - 1)).toBeLessThan(0.2);
    expect(Math.abs(part.users_below_2_items - whole.users_below_2_items)).toBeLessThan(0.05);
  });
});
