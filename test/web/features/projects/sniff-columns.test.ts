import { describe, expect, it } from "vitest";
import { sniffColumns } from "../../../../web/features/projects/sniff-columns.ts";

describe("sniffColumns", () => {
  it("reads a header and proposes by name", () => {
    const found = sniffColumns(
      "event,user_id,item_id,created_at\nlike,u1,i1,2026-01-02\nlike,u2,i1,2026-01-03\n",
    );
    expect(found).toMatchObject({ hasHeader: true, user: "user_id", item: "item_id", time: "created_at" });
    expect(found?.sample[0]).toEqual(["like", "u1", "i1", "2026-01-02"]);
  });

  it("names columns by position where there is no header, and finds the time by its values", () => {
    const found = sniffColumns("196\t242\t3\t881250949\n186\t302\t3\t891717742\n");
    expect(found).toMatchObject({
      columns: ["1", "2", "3", "4"],
      hasHeader: false,
      user: "1",
      item: "2",
      time: "4",
    });
  });

  it("keeps delimiters inside quotes", () => {
    const found = sniffColumns('customer;"product; name"\n1;"a ""b"""\n');
    expect(found?.columns).toEqual(["customer", "product; name"]);
    expect(found?.sample[0]).toEqual(["1", 'a "b"']);
  });

  it.each([
    ['[{"userId": 1, "movieId": 2, "timestamp": 1112486027}]', "a list"],
    ['{"userId": 1, "movieId": 2, "timestamp": 1112486027}\n{"userId": 2, "mov', "lines, the last one cut"],
  ])("reads the records of %s (%s)", (text) => {
    expect(sniffColumns(text)).toMatchObject({ user: "userId", item: "movieId", time: "timestamp" });
  });

  it("proposes a column once", () => {
    expect(sniffColumns("user_item_time,other\na,b\n")).toMatchObject({
      user: "user_item_time",
      item: null,
      time: null,
    });
  });

  it.each(["", "\n\n", "one column\nonly\n", "[1, 2, 3]"])("makes nothing of %j", (text) => {
    expect(sniffColumns(text)).toBeNull();
  });
});
