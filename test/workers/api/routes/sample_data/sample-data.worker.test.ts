import { describe, expect, it } from "vitest";
import { bodyOf, join, testApi } from "../../../runtime/api.ts";

describe("sample_data", () => {
  it("has interactions with the columns of a project, and the items that they name", async () => {
    const ann = await join(testApi());
    const [interactions, items] = await Promise.all(
      ["interactions.csv", "items.csv"].map(async (name) => {
        const response = await ann.call("GET", `/sample_data/${name}/`);
        expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
        return (await response.text()).trim().split("\n");
      }),
    );
    expect(interactions?.[0]).toBe("user_id,item_id,event_type,weight,timestamp");
    expect(items?.[0]).toBe("item_id,title,idol,community,tags,created_at");
    const known = new Set(items?.slice(1).map((line) => line.slice(0, line.indexOf(","))));
    const taken = new Set(interactions?.slice(1).map((line) => line.split(",")[1] ?? ""));
    expect(taken.size).toBeGreaterThan(500);
    expect([...taken].filter((id) => !known.has(id))).toEqual([]);
  });

  it("says which files there are, and is for those who are signed in", async () => {
    const api = testApi();
    const ann = await join(api);
    const unknown = await ann.call("GET", "/sample_data/users.csv/");
    const detail = "There are two sample files: interactions.csv and items.csv.";
    expect([unknown.status, await bodyOf(unknown)]).toEqual([404, { detail }]);
    expect((await api.fetch("/api/v1/sample_data/items.csv/")).status).toBe(401);
  });
});
