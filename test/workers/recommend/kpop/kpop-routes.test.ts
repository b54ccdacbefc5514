/** The addresses of the K-pop service below `/kpop`. */
import { describe, expect, it } from "vitest";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { ITEMS_KEY, KEY } from "../serving-world.ts";
import { kpopWorld } from "./kpop-world.ts";

const MISSING = new ArtifactMissing("models/9");

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

  it("says with 503 what does not answer, in place of an unknown person", async () => {
    const { ask, shardState } = await kpopWorld();
    shardState.problem = new Error("the inner truth");
    expect(await ask("/recommendations/ann")).toMatchObject({ status: 200, body: { strategy: "hybrid" } });
    const { status, body } = await ask("/recommendations/nobody");
    expect([status, body]).toMatchObject([503, { detail: { error_code: "DATABASE_ERROR" } }]);
    expect(JSON.stringify(body)).not.toContain("truth");
    const damaged = await kpopWorld({ "models/2": MISSING, "models/1": MISSING });
    expect(await damaged.ask("/recommendations/ann")).toMatchObject({
      status: 503,
      body: { detail: { error_code: "MODEL_ERROR" } },
    });
  });

  it("answers the OPTIONS of a page as the service, and allows no cookie", async () => {
    const { app } = await kpopWorld();
    const headers = { Origin: "https://a.example", "Access-Control-Request-Method": "GET" };
    const answer = await app.request("/kpop/recommendations/kim", { method: "OPTIONS", headers });
    expect([answer.status, await answer.text()]).toEqual([200, "OK"]);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://a.example");
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
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
