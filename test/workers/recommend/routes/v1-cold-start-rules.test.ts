/** The cold-start rules of a project, through the routes. */
import { describe, expect, it } from "vitest";
import { coldStartSettings } from "#contract/cold-start.ts";
import type { RecommendRequest, RecommendResponse } from "#contract/recommend.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

const ON = coldStartSettings.parse({ threshold: 2 });

async function coldWorld(changes: Partial<RoutingManifest> = { traffic: { cold_start: ON } }) {
  const served = await world({}, undefined, undefined, undefined, { filed: { communities: "red|green" } });
  await served.manifest({ user_metadata_key: "meta", ...changes });
  const call = async (method: string, path: string, body: unknown, key = ITEMS_KEY) => {
    const response = await served.app.request(path, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return response;
  };
  const putItem = (id: string, properties: object) => call("PUT", `/v1/items/${id}`, { properties });
  const putUser = (id: string, properties: object) => call("PUT", `/v1/users/${id}`, { properties });
  const recommend = async (body: Partial<RecommendRequest>): Promise<RecommendResponse> =>
    (await (await call("POST", "/v1/recommend", { limit: 20, ...body }, KEY)).json()) as RecommendResponse;
  await putItem("1", { communityId: "red", tags: ["live"], view_count: 4 });
  await putItem("new", { communityId: "red", tags: ["live", "dance"], view_count: 8 });
  await putItem("other", { communityId: "blue", tags: ["live"], view_count: 90 });
  await putUser("kim", { communities: ["red"] });
  return { ...served, recommend, putItem, putUser, call };
}

/** The items that the rules chose. */
const ruledOf = ({ items }: RecommendResponse) =>
  items.filter(({ strategy }) => strategy === "cold_start").map(({ item_id: id }) => id);

describe("the cold-start rules", () => {
  it("make the list of a person who only follows communities, also of items newer than the model", async () => {
    const { recommend } = await coldWorld();
    const answer = await recommend({ user_id: "kim", reasons: 4 });
    expect(answer.strategy).toBe("cold_start");
    expect(ruledOf(answer)).toEqual(["new", "1"]);
    expect(answer.items[0]?.score).toBeCloseTo(0.45 + 0.25 + 0.2 + 0.1, 6);
    expect(answer.items[0]?.reasons).toMatchObject([
      { rule: "community", column: "communityId", value: "red", contribution: 0.45 },
      { rule: "tags", value: "live, dance", contribution: 0.25 },
      { rule: "recency", contribution: 0.2 },
      { rule: "popularity", value: 8, contribution: 0.1 },
    ]);
    // What the rules say nothing of follows, so that no list is short.
    expect(answer.items.length).toBeGreaterThan(2);
    expect(answer.items.slice(2).map(({ score }) => score)).toEqual(answer.items.slice(2).map(() => 0));
  });

  it("read what the request says over what was written, and that over the file", async () => {
    const { recommend, putUser } = await coldWorld();
    expect(ruledOf(await recommend({ user_id: "kim", user: { communities: ["blue"] } }))).toEqual(["other"]);
    expect(ruledOf(await recommend({ user: { communities: "blue" } }))).toEqual(["other"]);
    expect(ruledOf(await recommend({ user_id: "filed" }))).toEqual(["new", "1"]);
    await putUser("filed", { communities: ["blue"] });
    expect(ruledOf(await recommend({ user_id: "filed" }))).toEqual(["other"]);
  });

  it("end with the threshold, and are not there for people of the training", async () => {
    const { recommend, shardState } = await coldWorld();
    shardState.recent = [{ itemId: "new", type: "view", at: 1 }];
    expect(ruledOf(await recommend({ user_id: "kim" }))).toEqual(["1"]);
    shardState.recent = ["new", "1"].map((itemId) => ({ itemId, type: "view", at: 1 }));
    expect((await recommend({ user_id: "kim" })).strategy).not.toBe("cold_start");
  });

  it("are off by default, and for people of whom no community is known", async () => {
    const off = await coldWorld({});
    expect((await off.recommend({ user_id: "kim" })).strategy).not.toBe("cold_start");
    const { recommend } = await coldWorld();
    expect((await recommend({ user_id: "lee" })).strategy).toBe("popular");
    expect((await recommend({ user_id: "lee", user: { communities: ["yellow"] } })).strategy).toBe("popular");
  });

  it("obey filters, and hold before the first model", async () => {
    const { recommend } = await coldWorld();
    expect(ruledOf(await recommend({ user_id: "kim", filter: 'item.id != "new"' }))).toEqual(["1"]);
    const { recommend: without } = await coldWorld({ slots: [], traffic: { cold_start: ON } });
    const answer = await without({ user_id: "kim" });
    expect([answer.strategy, answer.model_id]).toEqual(["cold_start", null]);
    expect(ruledOf(answer)).toEqual(["new", "1"]);
  });

  it("follow an item as it changes", async () => {
    const { recommend, call, putItem } = await coldWorld();
    await putItem("late", { communityId: "red", tags: ["live"] });
    expect(ruledOf(await recommend({ user_id: "kim" }))).toContain("late");
    await call("PATCH", "/v1/items/late", { properties: { communityId: "blue" } });
    expect(ruledOf(await recommend({ user_id: "kim" }))).not.toContain("late");
    await call("PATCH", "/v1/items/new", { hidden: true });
    expect(ruledOf(await recommend({ user_id: "kim" }))).toEqual(["1"]);
  });

  it("say so in the K-pop service's own route", async () => {
    const { get } = await coldWorld();
    const answer = await (await get("/recommendations/kim?limit=2")).json();
    expect(answer).toMatchObject({
      recommendations: [{ post_id: "new" }, { post_id: "1" }],
      strategy: "cold_start",
    });
  });
});
