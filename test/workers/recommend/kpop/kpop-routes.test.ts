/** The addresses of the K-pop service below `/kpop`. */
import { describe, expect, it } from "vitest";
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

async function kpopWorld() {
  const served = await world();
  const put = (path: string, properties: object) =>
    served.app.request(path, {
      method: "PUT",
      headers: { "X-API-Key": ITEMS_KEY, "Content-Type": "application/json" },
      body: JSON.stringify({ properties }),
    });
  await put("/v1/items/p1", {
    communityId: "red",
    tags: ["live"],
    view_count: 3,
    createdAt: "1969-12-20T10:00:00Z",
  });
  await put("/v1/items/p2", { communityId: "red", tags: ["live", "dance"], view_count: 9 });
  await put("/v1/items/p3", { communityId: "blue", tags: ["live"] });
  await put("/v1/users/kim", { role: "FAN", communities: ["red"] });
  await put("/v1/users/idol", { role: "IDOL" });
  const ask = async (
    path: string,
    headers: Record<string, string> = { "X-API-Key": KEY },
    method = "GET",
  ) => {
    const response = await served.app.request(`/kpop${path}`, { method, headers });
    return { status: response.status, body: await response.json(), allow: response.headers.get("Allow") };
  };
  return { ...served, ask, put };
}

describe("GET /kpop/recommendations/{user_id}", () => {
  it("gives posts of followed communities by the usual rules, also where the project has none", async () => {
    const { ask } = await kpopWorld();
    expect((await ask("/recommendations/kim")).body).toEqual({
      user_id: "kim",
      recommendations: [
        {
          post_id: "p2",
          score: expect.closeTo(1, 5),
          metadata: {
            metadata: { tags: ["live", "dance"] },
            communityId: "red",
            tags: ["live", "dance"],
          },
        },
        {
          post_id: "p1",
          score: expect.closeTo(0.45 + 0.25 * (2 / 3) + 0 + 0.1 / 3, 5),
          metadata: { metadata: { tags: ["live"] }, communityId: "red", tags: ["live"] },
        },
      ],
      pagination: { total: 2, limit: 20, offset: 0, has_more: false },
      strategy: "cold_start",
    });
  });

  it("pages, and keeps total and strategy past the end", async () => {
    const { ask } = await kpopWorld();
    const page = async (query: string) => {
      const { body } = await ask(`/recommendations/kim?${query}`);
      const { recommendations, pagination, strategy } = body as {
        recommendations: { post_id: string }[];
        pagination: { total: number; has_more: boolean };
        strategy: string;
      };
      const ids = recommendations.map(({ post_id: id }) => id);
      return [ids, pagination.total, pagination.has_more, strategy];
    };
    expect(await page("limit=1")).toEqual([["p2"], 2, true, "cold_start"]);
    expect(await page("limit=1&offset=1")).toEqual([["p1"], 2, false, "cold_start"]);
    expect(await page("limit=1.0&offset=2&foo=bar")).toEqual([[], 2, false, "cold_start"]);
    for (const offset of [99, 100, 1_000]) {
      expect(await page(`offset=${offset}`)).toEqual([[], 2, false, "cold_start"]);
    }
  });

  it("says `hybrid` of people whom the model knows", async () => {
    const { ask } = await kpopWorld();
    const { body } = await ask("/recommendations/ann");
    expect(body).toMatchObject({ strategy: "hybrid", pagination: { offset: 0 } });
  });

  it("has an empty page for known people who follow nothing, and 404 for unknown ones", async () => {
    const { ask } = await kpopWorld();
    expect(await ask("/recommendations/idol?limit=7")).toMatchObject({
      status: 200,
      body: {
        recommendations: [],
        pagination: { total: 0, limit: 7, offset: 0, has_more: false },
        strategy: null,
      },
    });
    expect(await ask("/recommendations/a%20b%C3%A9")).toMatchObject({
      status: 404,
      body: {
        detail: {
          message: "User a bé not found in recommendation system",
          error_code: "USER_NOT_FOUND",
          user_id: "a bé",
        },
      },
    });
  });

  it("names every wrong field of the query in the service's words", async () => {
    const { ask } = await kpopWorld();
    const wrong = async (query: string) => (await ask(`/recommendations/kim?${query}`)).body as unknown;
    expect(await wrong("limit=0&offset=-1")).toEqual({
      detail: [
        {
          ...{ type: "greater_than_equal", loc: ["query", "limit"], input: "0", ctx: { ge: 1 } },
          msg: "Input should be greater than or equal to 1",
          url: "https://errors.pydantic.dev/2.5/v/greater_than_equal",
        },
        {
          ...{ type: "greater_than_equal", loc: ["query", "offset"], input: "-1", ctx: { ge: 0 } },
          msg: "Input should be greater than or equal to 0",
          url: "https://errors.pydantic.dev/2.5/v/greater_than_equal",
        },
      ],
    });
    expect(await wrong("limit=101")).toMatchObject({
      detail: [{ type: "less_than_equal", ctx: { le: 100 } }],
    });
    for (const text of ["abc", "2.5", "", "1e2"]) {
      expect(await wrong(`limit=${text}`)).toMatchObject({ detail: [{ type: "int_parsing", input: text }] });
    }
  });

  it("takes the key of the address, and refuses calls without a valid one", async () => {
    const { ask } = await kpopWorld();
    expect(await ask(`/k/${KEY}/recommendations/kim`, {})).toMatchObject({ status: 200 });
    expect((await ask("/recommendations/kim", {})).status).toBe(401);
    expect((await ask(`/k/${KEY.replace("k", "x")}/recommendations/kim`, {})).status).toBe(401);
    expect((await ask(`/k/${ITEMS_KEY}/recommendations/kim`, {})).status).toBe(403);
  });

  it("knows people and posts before the first model", async () => {
    const { ask, manifest } = await kpopWorld();
    await manifest({ slots: [] });
    expect((await ask("/recommendations/kim")).body).toMatchObject({
      strategy: "cold_start",
      pagination: { total: 2 },
    });
  });
});

describe("other addresses below /kpop", () => {
  it("answer as the service does", async () => {
    const { ask } = await kpopWorld();
    expect((await ask("/")).body).toMatchObject({ name: "Recommendation Service API", version: "1.0.0" });
    expect(await ask("/", {}, "POST")).toMatchObject({ status: 405, allow: "GET" });
    expect(await ask("/recommendations/kim", {}, "POST")).toMatchObject({ status: 405, allow: "GET" });
    for (const path of ["/nope", "/recommendations", "/recommendations/", "/recommendations/a/b"]) {
      expect([path, await ask(path)]).toMatchObject([path, { status: 404, body: { detail: "Not Found" } }]);
    }
  });
});
