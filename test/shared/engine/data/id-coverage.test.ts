import { describe, expect, it } from "vitest";
import { idCoverage } from "#engine/data/id-coverage.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";

function ids(...names: readonly string[]) {
  const builder = new IdMapBuilder();
  for (const name of names) builder.intern(name);
  return builder.finish();
}

describe("idCoverage", () => {
  it("counts how many ids of the data have metadata", () => {
    expect(idCoverage(ids("a", "b", "z"), ids("a", "b", "c"), "item")).toEqual({
      ids: 3,
      described: 2,
      warning: null,
    });
  });

  it("shows both sides when no id fits", () => {
    const { warning } = idCoverage(ids("17850.0", "13047.0"), ids("17850", "13047"), "user");
    expect(warning).toBe(
      'None of the 2 users in the data have metadata. There is none for "17850", "13047". The data does not have "17850.0", "13047.0" of this file. 2 users without a row may be there in another form: the data has "17850", this file has "17850.0".',
    );
  });

  it("shows a few of them only", () => {
    const numbers = Array.from({ length: 50 }, (_, at) => String(at));
    const { warning } = idCoverage(ids("0", ...numbers.map((id) => `i${id}`)), ids(...numbers), "item");
    expect(warning).toBe(
      '1 of the 50 items in the data has metadata. There is none for "1", "2", "3" and others. The data does not have "i0", "i1", "i2" of this file. 49 items without a row may be there in another form: the data has "1", this file has "i1".',
    );
  });

  it.each([
    ["007", "7"],
    ["17850", "17850.0"],
    ["B00X", "b00x"],
    ["12", "item_12"],
    ["movie-12", "12"],
    ["12", " 12"],
    ["\uff11\uff12", "12"],
  ])("warns of %j that is %j in the file, though most ids match", (data, table) => {
    const { described, warning } = idCoverage(ids("a", "b", table), ids("a", "b", data), "item");
    expect([described, warning]).toEqual([
      2,
      `1 item without a row may be there in another form: the data has ${JSON.stringify(data)}, this file has ${JSON.stringify(table)}.`,
    ]);
  });

  it.each([
    ["item_12", "user_12"],
    ["1.10", "110"],
    ["5e5", "500000"],
    ["12", "123"],
    ["a-1-2", "2"],
  ])("takes %j and %j for different ids", (data, table) => {
    expect(idCoverage(ids("a", "b", table), ids("a", "b", data), "item").warning).toBeNull();
  });

  it("compares many words before one number in a moment", () => {
    const words = (start: string, count: number) =>
      Array.from(
        { length: count },
        (_, at) =>
          `${start}${at.toString(36).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")}z1`,
      );
    const [data, table] = [ids(...new Set(words("x", 9_000))), ids(...new Set(words("y", 45_000)))];
    expect(idCoverage(table, data, "item").warning).not.toContain("another form");
  });

  it("gives no warning for data without ids", () => {
    expect(idCoverage(ids("a"), ids(), "item")).toEqual({ ids: 0, described: 0, warning: null });
  });
});
