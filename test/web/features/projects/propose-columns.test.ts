import { describe, expect, it } from "vitest";
import { readHeadTable } from "#reading/head-table.ts";
import { proposeColumns } from "../../../../web/features/projects/propose-columns.ts";

function propose(text: string, name = "x.csv") {
  const bytes = new TextEncoder().encode(text);
  const found = readHeadTable(
    { name, bytes, isWhole: true, isGzip: false },
    { separator: undefined, header: undefined },
  );
  if ("problem" in found) throw new Error(found.problem);
  return proposeColumns(found.table);
}

describe("proposeColumns", () => {
  it.each<[string, string, { user: string | null; item: string | null; time: string | null }]>([
    [
      "by the names of a header",
      "event,user_id,item_id,created_at\nlike,u1,i1,2026-01-02\nlike,u2,i1,2026-01-03\n",
      { user: "user_id", item: "item_id", time: "created_at" },
    ],
    [
      "by position without a header, the time by its values",
      "196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
      { user: "1", item: "2", time: "4" },
    ],
    [
      "the time by its values where no name tells",
      "user,item,x\nann,1,1700000000\nbob,2,1700000001\n",
      { user: "user", item: "item", time: "x" },
    ],
    ["a column once", "user_item_time,other\n1,7\n2,8\n", { user: "user_item_time", item: null, time: null }],
    [
      "the position of a name that is there twice",
      "user,item,item\nann,1,2\nbob,3,4\n",
      { user: "user", item: "2", time: null },
    ],
  ])("proposes %s", (_, text, expected) => expect(propose(text)).toEqual(expected));

  it("proposes the names of JSON", () => {
    expect(propose('[{"userId": 1, "movieId": 2, "timestamp": 1112486027}]', "x.json")).toEqual({
      user: "userId",
      item: "movieId",
      time: "timestamp",
    });
  });
});
