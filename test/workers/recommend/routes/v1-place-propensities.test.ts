/** What is written of lists so that another model can be measured by them: how likely each item was in its place. */
import { describe, expect, it } from "vitest";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { KEY, model, slot, world } from "../serving-world.ts";

const A = slot({ id: 4, name: "a", weight: 75, model: model(2), previous: null });
const B = slot({ id: 5, name: "b", weight: 25, model: model(3), previous: null });
const automatic = { impressions: "automatic" } as const;

async function loggedWorld(changes: Partial<RoutingManifest>) {
  const made = await world();
  await made.manifest({ slots: [A], traffic: automatic, ...changes });
  const propensities = async (body: object, path = "/v1/recommend") => {
    const headers = { "X-API-Key": KEY, "Content-Type": "application/json" };
    const answer = await made.app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    for (let round = 0; round < 3; round++) await Promise.all(made.kept.splice(0));
    const events = made.memory.sent.splice(0).flatMap(({ events: sent }) => sent);
    return events.map(({ metadata }) => metadata?.place_propensity);
  };
  return { ...made, propensities };
}

describe("the propensity of a place", () => {
  it("is 1 with one slot, on each page", async () => {
    const { propensities } = await loggedWorld({});
    expect(await propensities({ user_id: "u1", limit: 3 })).toEqual([1, 1, 1]);
    expect(await propensities({ user_id: "u1", limit: 2, offset: 2 })).toEqual([1, 1]);
  });

  it("is 1 where all slots show the same, and else the share of those that show it there", async () => {
    const slots = { slots: [A, B], traffic: { ...automatic, replay_rate: 1 } };
    const { propensities, ofModel, app } = await loggedWorld(slots);
    expect(await propensities({ user_id: "bob", limit: 2 })).toEqual([1, 1]);
    // Its third item is the same.
    ofModel.set("models/3", {
      popularity: Float32Array.of(5, 6, 4, 3, 2, 1),
      popular: Uint32Array.of(1, 0, 2, 3, 4, 5),
    });
    const listOf = async (name?: string) => {
      const body = JSON.stringify({ user_id: "u1", limit: 3, slot: name });
      const headers = { "X-API-Key": KEY, "Content-Type": "application/json" };
      const answer = await app.request("/v1/recommend", { method: "POST", headers, body });
      return ((await answer.json()) as RecommendResponse).items.map(({ item_id }) => item_id);
    };
    const [shown, a, b] = [await listOf(), await listOf("a"), await listOf("b")];
    expect(a).not.toEqual(b);
    await propensities({ user_id: "u1", limit: 1 });
    expect(await propensities({ user_id: "u1", limit: 3 })).toEqual(
      shown.map((itemId, at) => (a[at] === itemId ? 0.75 : 0) + (b[at] === itemId ? 0.25 : 0)),
    );
  });

  it("is written of the share of lists that the project wants", async () => {
    const { propensities } = await loggedWorld({ slots: [A, B], traffic: { ...automatic, replay_rate: 0 } });
    expect(await propensities({ user_id: "u1", limit: 2 })).toEqual([undefined, undefined]);
  });

  it("is that of the coins in an interleaved list", async () => {
    const arms = [4, 5].map((slot_id) => ({ slot_id, share: 0.5 }));
    const { propensities } = await loggedWorld({
      slots: [A, B],
      experiment: { id: 7, kind: "interleave", arms },
    });
    // Both lists are the same, so the first item is that of both.
    expect(await propensities({ user_id: "u1", limit: 4 })).toEqual([1, 1, 1, 1]);
  });

  it("is that of lists with saved rules, too", async () => {
    const saved = {
      id: 1,
      name: "no second item",
      rule: 'item.brand != "bolt"',
      priority: 0,
      from: null,
      to: null,
    };
    const ruled = await loggedWorld({ rules: [saved] });
    expect(await ruled.propensities({ user_id: "u1", limit: 2 })).toEqual([1, 1]);
    const both = { slots: [A, B], traffic: { ...automatic, replay_rate: 1 }, rules: [saved] };
    expect(await (await loggedWorld(both)).propensities({ user_id: "bob", limit: 1 })).toEqual([1]);
  });

  it.each<[string, object, string?]>([
    ["of nobody", { limit: 2 }],
    ["with a filter", { user_id: "u1", limit: 2, filter: "item.price < 4" }],
    ["with items of the request", { user_id: "u1", items: [{ item_id: "1" }], limit: 2 }],
    ["with acts of the session", { user_id: "u1", session: [{ item_id: "1", type: "click" }], limit: 2 }],
    ["that leaves items out", { user_id: "u1", exclude: ["1"], limit: 2 }],
    ["with diversity", { user_id: "u1", diversity: 0.5, limit: 2 }],
    ["that names a slot", { user_id: "u1", slot: "a", limit: 2 }],
    ["with properties of the user", { user_id: "u1", user: { age: 3 }, limit: 2 }],
    ["of similar items", { item_ids: ["1"], limit: 2 }, "/v1/similar"],
  ])("is not written for a list %s", async (_, body, path) => {
    const { propensities } = await loggedWorld({});
    const found = await propensities(body, path);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set([undefined]));
  });

  it("is not written for the lists of people who get popular items", async () => {
    const { propensities } = await loggedWorld({ holdout: { id: 9, share: 1, slot_id: null } });
    expect(new Set(await propensities({ user_id: "u1", limit: 2 }))).toEqual(new Set([undefined]));
  });
});
