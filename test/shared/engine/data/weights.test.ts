import { describe, expect, it } from "vitest";
import { datasetOf, datasetSections } from "#engine/data/dataset-artifact.ts";
import { withMinimumInteractions } from "#engine/data/prepare.ts";
import { entriesOf, ingest, refusal } from "./files.ts";

const columns = { user: "user", item: "item", weight: "w" };
const file = (rows: readonly string[]) => `user,item,w\n${rows.join("\n")}\n`;

function dislikesOf({ users, items, disliked }: Awaited<ReturnType<typeof ingest>>["dataset"]): string[] {
  if (!disliked) return [];
  return Array.from({ length: disliked.rowCount }, (_, user) =>
    Array.from(
      disliked.indices.subarray(disliked.indptr[user], disliked.indptr[user + 1]),
      (item) => `${users.idAt(user)} ${items.idAt(item)}`,
    ),
  ).flat();
}

describe("weights of zero and below", () => {
  const rows = ["ann,x,-1", "ann,y,3", "bob,x,0", "bob,z,2", "cid,x,-0.5"];

  it("are dislikes: they are kept separate from likes, counted and reported", async () => {
    const { dataset, report } = await ingest(file(rows), { columns });
    expect(entriesOf(dataset)).toEqual(["ann y 3 -", "bob z 2 -"]);
    expect(dislikesOf(dataset)).toEqual(["ann x", "bob x", "cid x"]);
    expect([report.accepted_rows, report.rejected_rows, report.dislikes]).toEqual([5, 0, 3]);
    expect(report.warnings).toEqual([expect.stringContaining("3 rows have a weight of 0 or below")]);
  });

  it("keep times beside the likes only", async () => {
    const { dataset } = await ingest("user,item,w,t\na,x,-1,10\na,y,2,20\na,z,3,30\n", {
      columns: { ...columns, time: "t" },
    });
    expect(entriesOf(dataset)).toEqual(["a y 2 20000", "a z 3 30000"]);
  });

  it.each([
    ["sum", ["x 1"], []],
    ["last", [], ["x"]],
    ["max", ["x 3"], []],
    ["binary", ["x 1"], []],
  ] as const)("count by the rule for repeats: %s", async (duplicates, likes, dislikes) => {
    const { dataset } = await ingest(file(["a,x,3", "a,x,-2", "a,y,1"]), { columns, rules: { duplicates } });
    expect(entriesOf(dataset)).toEqual([...likes.map((like) => `a ${like} -`), "a y 1 -"]);
    expect(dislikesOf(dataset)).toEqual(dislikes.map((item) => `a ${item}`));
  });

  it("survive the artifact", async () => {
    const { dataset } = await ingest(file(rows), { columns });
    expect(dislikesOf(datasetOf(datasetSections(dataset)))).toEqual(dislikesOf(dataset));
    expect(dislikesOf(datasetOf(datasetSections(dataset, 16)))).toEqual(dislikesOf(dataset));
  });

  it("are removed with the users and items that are left out", async () => {
    const { dataset } = await ingest(file(rows), { columns });
    expect(dislikesOf(withMinimumInteractions(dataset, { perUser: 2 }))).toEqual(["ann x", "bob x"]);
  });
});

describe("weights out of range", () => {
  it("refuse the column when they are many, with its range", async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `u${at},i${at % 5},${at + 1}${"0".repeat(20)}`);
    const { code, message } = await refusal(file(rows), { columns });
    expect(code).toBe("BAD_DATA");
    expect(message).toContain('The weights in column "w" range from 100000000000000000000 to 3e+21.');
    expect(message).toContain("take their logarithm");
  });

  it.each(["1e20", "-1e20", "1e308", "Infinity", "-Infinity", "NaN", "1e-50", "1e999", "", "many"])(
    "reject the one row that holds %s",
    async (weight) => {
      const { report, dataset } = await ingest(file(["a,x,1", "b,y,2", `c,z,${weight}`]), { columns });
      expect(report.rejected).toEqual([{ line: 4, reason: expect.stringContaining("has a weight") }]);
      expect(entriesOf(dataset)).toEqual(["a x 1 -", "b y 2 -"]);
    },
  );

  it.each([
    ["all zero", ["a,x,0", "b,y,0"], "range from 0 to 0"],
    ["all negative", ["a,x,-5", "b,y,-1"], "range from -5 to -1"],
  ])("refuse a column that is %s: nobody likes anything", async (_, rows, range) => {
    const { code, message } = await refusal(file(rows), { columns });
    expect(code).toBe("BAD_DATA");
    expect(message).toContain(range);
    expect(message).toContain("None is above 0");
  });
});
