import { beforeAll, describe, expect, it } from "vitest";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { Traffic } from "#contract/traffic.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { featureServable } from "../../../shared/engine/serve/feature-world.ts";
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

let trained: Servable;
beforeAll(async () => {
  trained = await featureServable();
});

/** A project whose lists explore, with some new items. */
async function exploringWorld(
  traffic: Partial<Traffic> = {},
  newItems: readonly string[] = ["n1", "n2", "n3"],
) {
  const served = await world({}, undefined, undefined, () => trained);
  await served.manifest({ traffic, metadata_key: null });
  const call = (method: string, path: string, body?: unknown, key = KEY) =>
    served.app.request(path, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  for (const id of newItems)
    await call("PUT", `/v1/items/${id}`, { properties: { genre: "polka" } }, ITEMS_KEY);
  const recommend = async (body: object = {}, path = "/v1/recommend") => {
    const response = await call("POST", path, body);
    expect(response.status).toBe(200);
    return (await response.json()) as RecommendResponse;
  };
  return { ...served, call, recommend };
}

const idsOf = ({ items }: RecommendResponse) => items.map((item) => item.item_id);
const exploredIn = ({ items }: RecommendResponse) => items.filter(({ strategy }) => strategy === "explore");
const USERS = Array.from({ length: 70 }, (_, n) => `u${n}`);

describe("exploration of new items", () => {
  it("gives them about the share of positions, by default a twentieth, and says with which probability", async () => {
    const newItems = Array.from({ length: 10 }, (_, n) => `n${n}`);
    const { recommend } = await exploringWorld({}, newItems);
    let explored = 0;
    let shown = 0;
    for (const user_id of USERS) {
      const answer = await recommend({ user_id, limit: 10 });
      for (const item of exploredIn(answer)) {
        expect(newItems).toContain(item.item_id);
        expect(item.propensity).toBe(0.05);
      }
      for (const item of answer.items) if (item.strategy !== "explore") expect(item.propensity).toBe(0.95);
      explored += exploredIn(answer).length;
      shown += answer.items.length;
    }
    // Five standard deviations of 700 draws are 0.041.
    expect(Math.abs(explored / shown - 0.05)).toBeLessThan(0.041);
    expect(explored).toBeGreaterThan(0);
  });

  it("keeps the order of all others, and no item comes twice", async () => {
    const { recommend } = await exploringWorld({ exploration_rate: 0.5 });
    const plain = await exploringWorld({ exploration_rate: 0 });
    for (const user_id of USERS.slice(0, 20)) {
      const [with_, without] = [
        await recommend({ user_id, limit: 12 }),
        await plain.recommend({ user_id, limit: 12 }),
      ];
      expect(exploredIn(without)).toEqual([]);
      expect(without.items.every((item) => item.propensity === undefined)).toBe(true);
      const rest = with_.items.filter(({ strategy }) => strategy !== "explore").map((item) => item.item_id);
      expect(rest).toEqual(idsOf(without).slice(0, rest.length));
      expect(new Set(idsOf(with_)).size).toBe(12);
      expect(with_.total).toBe(without.total);
    }
  });

  it("is the same for the same request, and its pages fit together", async () => {
    const { recommend } = await exploringWorld({ exploration_rate: 0.3 });
    for (const user_id of USERS.slice(0, 10)) {
      const whole = idsOf(await recommend({ user_id, limit: 12 }));
      const pages = [
        await recommend({ user_id, limit: 5 }),
        await recommend({ user_id, limit: 7, offset: 5 }),
      ];
      expect(pages.flatMap(idsOf)).toEqual(whole);
    }
  });

  it("changes nothing in a project without new items, to the last bit", async () => {
    const [usual, off] = [await exploringWorld({}, []), await exploringWorld({ exploration_rate: 0 }, [])];
    for (const user_id of USERS.slice(0, 20)) {
      const body = { user_id, limit: 20, reasons: 2 };
      expect(await usual.recommend(body)).toEqual(await off.recommend(body));
    }
  });

  it("leaves out hidden, excluded and filtered items, and obeys caps", async () => {
    const { recommend, call } = await exploringWorld({ exploration_rate: 1 });
    const explored = async (body: object) =>
      exploredIn(await recommend({ user_id: "u1", ...body }))
        .map((item) => item.item_id)
        .sort();
    expect(await explored({})).toEqual(["n1", "n2", "n3"]);
    expect(await explored({ exclude: ["n2"] })).toEqual(["n1", "n3"]);
    expect(await explored({ filter: 'item.id != "n1"' })).toEqual(["n2", "n3"]);
    expect(await explored({ boost: "at most 1 per item.genre" })).toHaveLength(1);
    await call("PATCH", "/v1/items/n3", { hidden: true }, ITEMS_KEY);
    expect(await explored({})).toEqual(["n1", "n2"]);
  });

  it("is not in popular and similar lists, in the routes of the originals, nor in previews", async () => {
    const { recommend, get, post, previews } = await exploringWorld({ exploration_rate: 1 });
    const similar = await recommend({ item_ids: ["i1"] }, "/v1/similar");
    const popular = (await (await get("/v1/popular")).json()) as RecommendResponse;
    for (const answer of [similar, popular]) expect(exploredIn(answer)).toEqual([]);
    const predicted = (await (await post({ user_id: "u1" })).json()) as { items: { item_id: string }[] };
    expect(predicted.items.map((item) => item.item_id)).not.toContain("n1");
    const preview = await previews.forUser({ projectId: 3, artifactKey: "models/2" }, "u1", { cutoff: 10 });
    expect(preview.ok && preview.value.map((item) => item.item_id)).not.toContain("n1");
  });

  it("ends once an item has impressions, as the counts of its events say", async () => {
    const { recommend, memory, kept } = await exploringWorld({ exploration_rate: 1 });
    const count = (itemId: string, type: string, times: number) => ({ itemId, type, count: times });
    memory.state.counts.set("30d", [
      count("n1", "impression", 500),
      count("n2", "impression", 40),
      count("n2", "click", 4),
    ]);
    await recommend({ user_id: "u1" });
    await Promise.all(kept);
    const { items } = await recommend({ user_id: "u1" });
    expect(items.filter(({ strategy }) => strategy === "explore").map((item) => item.item_id)).toEqual([
      "n3",
      "n2",
    ]);
    expect(items[2]?.propensity).toBe(1);
  });

  it("is written with its impressions", async () => {
    const { recommend, memory, kept } = await exploringWorld({
      exploration_rate: 1,
      impressions: "automatic",
    });
    const { items } = await recommend({ user_id: "u1", limit: 4 });
    await Promise.all(kept);
    const [sent] = memory.sent;
    expect(
      sent?.events.map(({ item_id, metadata }) => [
        item_id,
        metadata?.explored,
        metadata?.position_propensity,
      ]),
    ).toEqual(
      items.map(({ item_id, strategy, propensity }) => [
        item_id,
        strategy === "explore" || undefined,
        propensity,
      ]),
    );
    expect(sent?.events[0]?.metadata).toMatchObject({
      propensity: 1,
      position: 0,
      explored: true,
      position_propensity: 1,
    });
  });
});
