import { describe, expect, it } from "vitest";
import { batchResponse, type RecommendResponse, recommendResponse } from "#contract/recommend.ts";
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

const DAY_MS = 86_400_000;

/** A project without a slot. Its file names the items 1, 2, 3, 4, 5 and 9, which cost their number. */
async function shop({ hasFile = true } = {}) {
  const made = await world();
  await made.manifest({ slots: [], ...(!hasFile && { metadata_key: null }) });
  const call = (method: string, path: string, body?: unknown, key = KEY) =>
    made.app.request(path, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const list = async (path: string, body?: unknown) => {
    const response = await call(body === undefined ? "GET" : "POST", path, body);
    expect(response.status).toBe(200);
    return recommendResponse.parse(await response.json());
  };
  const write = async (itemId: string, created: number, properties: object = {}) =>
    call("PUT", `/v1/items/${itemId}`, { properties, created_at: created }, ITEMS_KEY);
  const happened = (...counts: readonly (readonly [itemId: string, count: number])[]) => {
    const views = counts.map(([itemId, count]) => ({ itemId, type: "view", count }));
    made.shardState.counts.set("7d", views);
    made.pass(60_000);
  };
  return { ...made, call, list, write, happened };
}

const shown = ({ items }: RecommendResponse) =>
  items.map(({ item_id, strategy }) => `${item_id} ${strategy}`);

describe("a project without a model", () => {
  it("gets what has events, then the newest of all its items, and hears that no model answered", async () => {
    const { list, write, happened } = await shop();
    await write("b", 10 * DAY_MS);
    await write("a", 20 * DAY_MS);
    await write("2", 30 * DAY_MS, { price: 7 });
    happened(["9", 3], ["b", 5], ["nobody names it", 1]);
    const answer = await list("/v1/recommend", { user_id: "ann" });
    expect(shown(answer)).toEqual([
      ...["b popular_now", "9 popular_now", "nobody names it popular_now"],
      ...["2 newest", "a newest", "1 newest", "3 newest", "4 newest", "5 newest"],
    ]);
    expect(answer.items.map(({ score }) => score)).toEqual([5, 3, 1, 0, 0, 0, 0, 0, 0]);
    expect(answer).toMatchObject({
      total: 9,
      strategy: "popular_now",
      live_events: "used",
      propensity: null,
    });
    expect(answer).toMatchObject({ model_id: null, model_version: null, slot_id: null, slot_name: null });
  });

  it("gets them page by page, from every route", async () => {
    const { call, list, write, happened } = await shop({ hasFile: false });
    for (const [at, itemId] of ["a", "b", "c", "d"].entries()) await write(itemId, at * DAY_MS);
    happened(["a", 2]);
    const whole = ["a popular_now", "d newest", "c newest", "b newest"];
    const pages = [0, 2].map((offset) => list("/v1/recommend", { limit: 2, offset }));
    expect((await Promise.all(pages)).flatMap(shown)).toEqual(whole);
    expect(shown(await list("/v1/popular"))).toEqual(whole);
    expect(shown(await list("/v1/similar", { item_ids: ["d"] }))).toEqual(
      whole.filter((one) => one[0] !== "d"),
    );
    const batch = await call("POST", "/v1/batch", {
      requests: [{ limit: 1 }, { item_ids: ["a"], limit: 1 }],
    });
    const { answers } = batchResponse.parse(await batch.json());
    expect(answers.map(shown)).toEqual([["a popular_now"], ["d newest"]]);
    expect(await list("/v1/recommend", { offset: 4 })).toMatchObject({ items: [], reason: "past_the_end" });
  });

  it("never gets hidden, deleted, excluded, seen or filtered items", async () => {
    const { call, list, write, happened, shardState } = await shop();
    for (const [at, itemId] of ["a", "b", "c"].entries()) await write(itemId, at * DAY_MS, { price: 2 });
    happened(["a", 9], ["1", 8], ["b", 7], ["gone", 6]);
    await call("PATCH", "/v1/items/a", { hidden: true }, ITEMS_KEY);
    for (const itemId of ["1", "gone"]) {
      await write(itemId, 0);
      expect((await call("DELETE", `/v1/items/${itemId}`, undefined, ITEMS_KEY)).status).toBe(200);
    }
    shardState.recent = [{ itemId: "c", type: "view", at: 1 }];
    const body = { user_id: "ann", exclude: ["9"], filter: "item.price <= 3" };
    expect(shown(await list("/v1/recommend", body))).toEqual(["b popular_now", "2 newest", "3 newest"]);
    const boosted = await list("/v1/recommend", { ...body, boost: "add 100 where item.price == 3" });
    expect(shown(boosted)[0]).toMatch(/^3 /);
    const nothing = await list("/v1/recommend", { filter: "item.price > 100" });
    expect(nothing).toMatchObject({ items: [], total: 0, reason: "all_left_out" });
    expect((await call("POST", "/v1/recommend", { filter: "item.prise > 1" })).status).toBe(422);
  });

  it("gets nothing, with the reason, only while it has no item at all", async () => {
    const { list, happened } = await shop({ hasFile: false });
    expect(await list("/v1/recommend", {})).toMatchObject({ items: [], reason: "no_model", total: 0 });
    happened(["a", 1]);
    expect(shown(await list("/v1/recommend", {}))).toEqual(["a popular_now"]);
  });

  it.each([true, false])(
    "gets items of different categories beside each other (with a model: %j)",
    async (hasModel) => {
      const { list, write, happened, manifest } = await shop({ hasFile: false });
      if (hasModel) await manifest();
      for (const [itemId, category] of ["b a1", "b a2", "b a3", "c b1"].map((text) => text.split(" ")))
        await write(category as string, 0, { category: itemId });
      happened(["a1", 9], ["a2", 8], ["a3", 7], ["b1", 6]);
      const order = async (body: object) =>
        (await list("/v1/recommend", { limit: 4, ...body })).items.map(({ item_id }) => item_id);
      expect(await order({})).toEqual(["a1", "a2", "a3", "b1"]);
      expect(await order({ diversity: 0.9, limit: 2 })).toEqual(["a1", "b1"]);
      expect(await order({ boost: "at most 1 per item.category", filter: "item.category != null" })).toEqual([
        "a1",
        "b1",
      ]);
    },
  );

  it("describes the items, and says when the newest changes are late", async () => {
    const { list, write, shelf, pass } = await shop();
    await write("9", DAY_MS, { title: "New nine" });
    const { items } = await list("/v1/recommend", { include_metadata: true, limit: 1 });
    expect(items).toMatchObject([{ item_id: "9", metadata: { title: "New nine" } }]);
    shelf.state.problem = new Error("down");
    pass(60_000);
    const late = await list("/v1/recommend", {});
    expect([late.warnings, shown(late)[0]]).toEqual([[expect.stringContaining("did not come")], "9 newest"]);
  });
});
