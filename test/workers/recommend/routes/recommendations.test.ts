import { describe, expect, it } from "vitest";
import { recommendationsResponse } from "#contract/inference.ts";
import { world } from "../serving-world.ts";

describe("GET /recommendations/{user_id}", () => {
  it("has the K-pop service's shape, with a separate community and tags as a list", async () => {
    const { get } = await world();
    const body = recommendationsResponse.parse(await (await get("/recommendations/nobody?limit=2")).json());
    expect(body).toMatchObject({
      user_id: "nobody",
      strategy: "popular",
      pagination: { total: 6, limit: 2, offset: 0, has_more: true },
    });
    const all = recommendationsResponse.parse(await (await get("/recommendations/nobody?limit=100")).json());
    expect(all.pagination.has_more).toBe(false);
    const nine = all.recommendations.find((post) => post.post_id === "9");
    expect(nine?.metadata).toEqual({ metadata: { title: "Nine", tags: ["a", "b"] }, communityId: "c1" });
  });

  it.each([
    [{ community: { toString: 1, name: "c" } }, '{"toString":1,"name":"c"}'],
    [{ community: ["a", { toString: 1 }] }, '["a",{"toString":1}]'],
    [{ community: 7 }, "7"],
    [{ communityId: null }, null],
  ])("writes the community of %j as text", async (record, communityId) => {
    const { get } = await world({}, record);
    const body = recommendationsResponse.parse(await (await get("/recommendations/nobody?limit=100")).json());
    const nine = body.recommendations.find((post) => post.post_id === "9");
    expect(nine?.metadata.communityId).toBe(communityId);
  });

  it.each(["limit=0", "limit=101", "limit=x", "limit=0x5", "limit=", "offset=-1", "offset=1e1"])(
    "refuses ?%s",
    async (query) => {
      const { get } = await world();
      expect((await get(`/recommendations/ann?${query}`)).status).toBe(422);
    },
  );

  it("needs a key", async () => {
    const { get } = await world();
    expect((await get("/recommendations/ann", {})).status).toBe(401);
  });
});
