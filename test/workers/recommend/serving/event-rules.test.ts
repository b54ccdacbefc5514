import { describe, expect, it } from "vitest";
import { recommendResponse } from "#contract/recommend.ts";
import { DEFAULT_WEIGHT_RULE } from "#contract/weight-rule.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { KEY, model, slot, world } from "../serving-world.ts";

const DAY_MS = 86_400_000;
const events = (more: Partial<NonNullable<RoutingManifest["events"]>>) => ({
  events: { seen_rule: "never" as const, seen_days: null, seen_types: null, weights: {}, ...more },
});

async function itemsOf(made: Awaited<ReturnType<typeof world>>, body: unknown, path = "/v1/recommend") {
  const init = { method: "POST", headers: { "X-API-Key": KEY }, body: JSON.stringify(body) };
  const answer = recommendResponse.parse(await (await made.app.request(path, init)).json());
  return answer.items.map(({ item_id }) => item_id).sort();
}

/** Ann has 1, 2 and 9 in the training data. */
const ANN = { user_id: "ann" };

describe("what a project says of seen items", () => {
  it.each([
    ["never again", {}, ["4", "5"]],
    ["at any time", { seen_rule: "always" as const }, ["1", "2", "3", "4", "5", "9"]],
    // The model is 10 days old, the event one day.
    ["again after 5 days", { seen_rule: "after_days" as const, seen_days: 5 }, ["1", "2", "4", "5", "9"]],
    ["again after 20 days", { seen_rule: "after_days" as const, seen_days: 20 }, ["4", "5"]],
  ])("holds in its lists: %s", async (_, settings, expected) => {
    const made = await world();
    made.pass(100 * DAY_MS);
    const trained = { ...model(2), trained_at: made.now() - 10 * DAY_MS };
    const expires = made.addKey(KEY, ["predict"], made.now() + 1);
    await Promise.all([expires, made.manifest({ slots: [slot({ model: trained })], ...events(settings) })]);
    made.shardState.recent = [{ itemId: "3", type: "view", at: made.now() - DAY_MS }];
    expect(await itemsOf(made, ANN)).toEqual(expected);
  });

  it("takes the items of some event types for seen only: the others stay in the list, and in the profile", async () => {
    const made = await world();
    await made.manifest(events({ seen_types: ["purchase"] }));
    made.shardState.recent = [
      { itemId: "3", type: "view", at: 9 },
      { itemId: "4", type: "purchase", at: 8 },
      { itemId: "4", type: "view", at: 9 },
      { itemId: "1", type: "view", at: 9 },
    ];
    expect(await itemsOf(made, ANN)).toEqual(["3", "5"]);
    expect(await itemsOf(made, { ...ANN, session: [{ item_id: "5", type: "purchase" }] })).toEqual(["3"]);
  });

  it("does not bring back disliked items", async () => {
    const made = await world();
    await made.manifest(events({ seen_rule: "always", seen_types: ["purchase"] }));
    made.shardState.recent = [{ itemId: "3", type: "dislike", at: 9 }];
    expect(await itemsOf(made, ANN)).toEqual(["1", "2", "4", "5", "9"]);
  });
});

describe("the weights of a project", () => {
  it("decide whether an event says something, and what", async () => {
    const made = await world();
    await made.manifest(events({ weights: { view: 0, skip: -1 } }));
    made.shardState.recent = [
      { itemId: "3", type: "view", at: 9 },
      { itemId: "4", type: "skip", at: 9 },
    ];
    expect(await itemsOf(made, ANN)).toEqual(["3", "5"]);
    expect(await itemsOf(made, { ...ANN, session: [{ item_id: "5", type: "skip" }] })).toEqual(["3"]);
  });

  it("turn ratings into likes: a lower one says nothing, or marks its item as seen", async () => {
    const made = await world();
    const rule = { ...DEFAULT_WEIGHT_RULE, weight_kind: "likes" as const };
    await made.manifest(events({ rule }));
    const rated = (value: number) => [{ itemId: "3", type: "rating", at: 9, value }];
    made.shardState.recent = rated(3);
    expect(await itemsOf(made, ANN)).toEqual(["3", "4", "5"]);
    made.shardState.recent = rated(4);
    expect(await itemsOf(made, ANN)).toEqual(["4", "5"]);
    await made.manifest(events({ rule: { ...rule, below_likes: "seen" }, seen_rule: "always" }));
    made.pass(60_000);
    made.shardState.recent = rated(3);
    // A seen item comes back by the rule; one that is rated lower than a like does not.
    expect(await itemsOf(made, ANN)).not.toContain("3");
  });

  it("make items popular", async () => {
    const made = await world();
    await made.manifest(events({ weights: { view: 10 } }));
    const counts = [
      { itemId: "4", type: "purchase", count: 1 },
      { itemId: "5", type: "view", count: 1 },
    ];
    made.shardState.counts.set("7d", counts);
    const popular = recommendResponse.parse(await (await made.get("/v1/popular")).json());
    expect(popular.items.slice(0, 2).map(({ item_id, score }) => [item_id, score])).toEqual([
      ["5", 10],
      ["4", 8],
    ]);
  });
});
