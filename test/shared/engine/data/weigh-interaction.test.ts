import { describe, expect, it } from "vitest";
import { DEFAULT_WEIGHT_RULE, type WeightRule } from "#contract/weight-rule.ts";
import { BELOW_LIKES_FROM, weighInteraction } from "#engine/data/weigh-interaction.ts";
import { COLUMNS, entriesOf, ingest, refusal } from "./files.ts";

const rule = (changes: Partial<WeightRule>): WeightRule => ({ ...DEFAULT_WEIGHT_RULE, ...changes });
const weigh = (changes: Partial<WeightRule>, value?: number, type?: string, factor = 1) =>
  weighInteraction(rule(changes), { value, type, factor });

describe("the weight of an interaction", () => {
  it.each<[Partial<WeightRule>, number, number | string]>([
    [{ weight_kind: "ratings" }, 1, 1],
    [{ weight_kind: "ratings" }, 4.5, 4.5],
    [{ weight_kind: "ratings" }, 0.5, "has a rating below 1, the rating_min of the scale"],
    [{ weight_kind: "ratings", rating_min: 0.5 }, 0.5, 0.5],
    [{ weight_kind: "ratings" }, 6, "has a rating above 5, the rating_max of the scale"],
    [{ weight_kind: "likes" }, 4, 1],
    [{ weight_kind: "likes" }, 5, 1],
    [{ weight_kind: "likes" }, 3.9, BELOW_LIKES_FROM],
    [{ weight_kind: "likes", below_likes: "seen" }, 3, 0],
    [{ weight_kind: "likes", likes_from: 3 }, 3, 1],
    [{ weight_kind: "likes" }, 0, "has a rating below 1, the rating_min of the scale"],
    [{ weight_kind: "counts" }, 7, 7],
    [{ weight_kind: "counts" }, 1.5, "has a count that is not a whole number"],
    [{ weight_kind: "counts" }, 0, "has a count of 0 or below"],
    [{ weight_kind: "counts" }, -2, "has a count of 0 or below"],
    [{ weight_kind: "hours" }, 0.25, 0.25],
    [{ weight_kind: "hours" }, 0, "has an amount of 0 or below"],
    [{ weight_kind: "revenue" }, -19.9, "has an amount of 0 or below"],
    [{ weight_kind: "revenue" }, Number.POSITIVE_INFINITY, "has a weight that is not a number"],
    [{ weight_kind: "revenue" }, Number.NaN, "has a weight that is not a number"],
    // ln 1000
    [{ weight_kind: "revenue", weight_scale: "log" }, 999, 6.907755278982137],
    [{ weight_scale: "log" }, -3, -3],
    [{ weight_scale: "log" }, 0, 0],
  ])("with %j is that of %d", (changes, value, expected) => {
    expect(weigh(changes, value)).toBe(expected);
  });

  it("reads ratings of the type rating alone, and amounts of all other types", () => {
    expect([
      weigh({ weight_kind: "likes" }, 5, "rating", 3),
      weigh({ weight_kind: "likes" }, 2, "purchase", 8),
      weigh({ weight_kind: "likes" }, undefined, "view", 1),
      weigh({ weight_kind: "likes" }, undefined, "rating", 3),
      weigh({ weight_kind: "revenue" }, 20, "purchase", 8),
      weigh({ weight_kind: "revenue" }, undefined, "purchase", 8),
      weigh({ weight_kind: "revenue", weight_scale: "log" }, 4, "rating", 2),
      weigh({ weight_kind: "revenue" }, Number.NaN, "rating", 2),
    ]).toEqual([
      3,
      8,
      1,
      "has a weight that is not a number",
      160,
      8,
      8,
      "has a weight that is not a number",
    ]);
  });
});

const FILE = "user,item,weight\nann,a,5\nann,b,3\nbob,a,4\nbob,c,9\ncat,b,2\n";
const columns = { ...COLUMNS, time: null };

describe("a file of ratings that become likes", () => {
  it("leaves out what is rated lower, and reports impossible ratings", async () => {
    const weightRule = rule({ weight_kind: "likes" });
    const { dataset, report } = await ingest(FILE, { columns, weightRule });
    expect(entriesOf(dataset)).toEqual(["ann a 1 -", "bob a 1 -"]);
    expect(report).toMatchObject({ rows: 5, accepted_rows: 2, rejected_rows: 1, left_out_rows: 2, users: 2 });
    expect(report.rejected).toEqual([
      { line: 5, reason: 'has a rating above 5, the rating_max of the scale ("9")' },
    ]);
    expect(report.warnings).toContain("2 of 5 rows are rated lower than a like and left out.");
  });

  it("keeps it as seen where the project says so", async () => {
    const weightRule = rule({ weight_kind: "likes", below_likes: "seen" });
    const { dataset, report } = await ingest(FILE, { columns, weightRule });
    expect(entriesOf(dataset)).toEqual(["ann a 1 -", "bob a 1 -"]);
    expect(report).toMatchObject({ accepted_rows: 4, rejected_rows: 1, dislikes: 2, users: 3, items: 2 });
    expect(report.left_out_rows).toBeUndefined();
    expect(dataset.disliked?.indptr).toEqual(Uint32Array.of(0, 1, 1, 2));
  });

  it("is refused where nothing is liked", async () => {
    const weightRule = rule({ weight_kind: "likes" });
    const error = await refusal("user,item,weight\nann,a,3\n", { columns, weightRule });
    expect(error.message).toContain("Line 2 is rated lower than a like");
  });
});

describe("a file of amounts", () => {
  it("may have any size where its logarithm counts; repeats are added", async () => {
    const weightRule = rule({ weight_kind: "revenue", weight_scale: "log" });
    const file = "user,item,weight\nann,a,90000000000\nann,a,1\nbob,a,0\nbob,b,2\n";
    const { dataset, report } = await ingest(file, { columns, weightRule });
    const [first, second] = dataset.userItems.values;
    expect(first).toBeCloseTo(Math.log(90000000001) + Math.log(2), 5);
    expect(second).toBeCloseTo(Math.log(3), 6);
    expect(report.rejected).toEqual([{ line: 4, reason: 'has an amount of 0 or below ("0")' }]);
  });

  it("may have types without an amount, which weigh as their type", async () => {
    const event = { column: "kind", weights: { view: 1, purchase: 8 } };
    const weightRule = rule({ weight_kind: "revenue" });
    const file = "user,item,weight,kind\nann,a,,view\nann,b,2,purchase\nbob,a,x,view\n";
    const { dataset, report } = await ingest(file, { columns: { ...columns, event }, weightRule });
    expect(entriesOf(dataset)).toEqual(["ann a 1 -", "ann b 16 -"]);
    expect(report.rejected).toEqual([{ line: 4, reason: 'has a weight that is not a number ("x")' }]);
  });
});
