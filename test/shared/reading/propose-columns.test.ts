import { describe, expect, it } from "vitest";
import { readHeadTable } from "#reading/head-table.ts";
import { proposeColumns, proposeIdColumn } from "#reading/propose-columns.ts";

function tableOf(text: string, name = "x.csv") {
  const bytes = new TextEncoder().encode(text);
  const found = readHeadTable(
    { name, bytes, isWhole: true, isGzip: false },
    { separator: undefined, header: undefined },
  );
  if ("problem" in found) throw new Error(found.problem);
  return found.table;
}

const propose = (text: string, name?: string) => proposeColumns(tableOf(text, name));

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
  ])("proposes %s", (_, text, expected) => expect(propose(text)).toMatchObject(expected));

  it("proposes the names of JSON", () => {
    expect(propose('[{"userId": 1, "movieId": 2, "timestamp": 1112486027}]', "x.json")).toMatchObject({
      user: "userId",
      item: "movieId",
      time: "timestamp",
    });
  });

  it.each([
    [
      "the name of ids before other names of the side",
      "user_name,user_id,movie_title,movieId",
      "user_id",
      "movieId",
    ],
    ["user and item before other words", "account_id,user,product_id,item_id", "user", "item_id"],
    ["the only other column of ids", "userId,anime_id,session_id,paid", "userId", "anime_id"],
    ["nothing of two other columns of ids", "userId,anime_id,hotel_id", "userId", null],
  ])("proposes %s", (_, header, user, item) => {
    const found = propose(`${header}\n1,2,3,4\n5,6,7,8\n`.replaceAll(/,(?=\n)/g, ""));
    expect({ user: found.user, item: found.item }).toEqual({ user, item });
    expect(found.unclear).toEqual({ user: [], item: [] });
  });

  it("says which columns are as likely as each other", () => {
    const { unclear } = propose("member_id,customer_id,movie,book\nann,x1,m1,b1\nbob,x2,m2,b2\n");
    expect(unclear).toEqual({ user: ["member_id", "customer_id"], item: ["movie", "book"] });
  });

  it("leaves out what somebody chose", () => {
    const named = tableOf("member_id,customer_id,movie\nann,x1,m1\nbob,x2,m2\n");
    expect(proposeColumns(named, { item: "customer_id" })).toMatchObject({
      user: "member_id",
      item: "customer_id",
    });
    expect(proposeColumns(tableOf("5\t6\t7\n8\t9\t7\n"), { user: "2" })).toMatchObject({
      user: "2",
      item: "1",
    });
  });
});

describe("proposeIdColumn", () => {
  it.each([
    ["title,item_id\nStar,7\nMoon,8\n", "item_id"],
    ["title,id\nStar,7\nMoon,8\n", "id"],
    ["name,anime_id\nStar,7\nMoon,8\n", "anime_id"],
    ["imdb_id,tmdb_id\n1,7\n2,8\n", null],
    ["7\tStar\n8\tMoon\n", null],
  ])("of %j is %s", (text, expected) => expect(proposeIdColumn(tableOf(text), "item")).toBe(expected));
});
