import { describe, expect, it } from "vitest";
import { batchResponse, recommendResponse } from "#contract/recommend.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { SavedRule } from "#storage/routing-store.ts";
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

async function setUp(damaged: Readonly<Record<string, Error>> = {}) {
  const made = await world(damaged);
  const send = (path: string, body: unknown) =>
    made.app.request(path, { method: "POST", headers: { "X-API-Key": KEY }, body: JSON.stringify(body) });
  /** The answer to somebody unknown, for whom items 1, 2, 3, 4, 5 and 9 are equally popular. */
  const recommend = async (body: object) => {
    const response = await send("/v1/recommend", body);
    expect(response.status, await response.clone().text()).toBe(200);
    const answer = recommendResponse.parse(await response.json());
    return { ...answer, ids: answer.items.map(({ item_id }) => item_id) };
  };
  const save = async (...rules: (Partial<SavedRule> & { rule: string })[]) => {
    const row = { id: 1, name: "r", priority: 0, from: null, to: null };
    await made.manifest({ rules: rules.map((rule, at) => ({ ...row, id: at + 1, ...rule })) });
  };
  return { ...made, send, recommend, save };
}

describe("rules of a request", () => {
  it("filter, and count what is left", async () => {
    const { recommend } = await setUp();
    const { ids, total, warnings } = await recommend({ filter: "item.price > 2 and item.price < 9" });
    expect([ids, total, warnings]).toEqual([["3", "4", "5"], 3, undefined]);
    expect((await recommend({ filter: 'item.brand != "acme"', limit: 2, offset: 1 })).ids).toEqual([
      "4",
      "5",
    ]);
  });

  it("say why a list is empty when nothing passes", async () => {
    const { recommend } = await setUp();
    expect(await recommend({ filter: "item.price > 100" })).toMatchObject({
      items: [],
      total: 0,
      reason: "all_left_out",
      warnings: ['The filter "item.price > 100" leaves no item.'],
    });
  });

  it("name the clause that leaves nothing, and what the request does not say", async () => {
    const { recommend, save, pass } = await setUp();
    const warningsOf = async (body: object) => (await recommend(body)).warnings;
    const filter = "item.price > 1 and (item.price < user.budget and item.brand in context.brands)";
    expect(await warningsOf({ filter, context: { brands: ["acme"] } })).toEqual([
      'The filter "item.price < user.budget" leaves no item: user.budget has no value.',
    ]);
    expect(await warningsOf({ filter, user: { budget: null }, context: {} })).toEqual([
      'The filter "item.price < user.budget" leaves no item: user.budget has no value.',
      'The filter "item.brand in context.brands" leaves no item: context.brands has no value.',
    ]);
    expect(await warningsOf({ filter: "item.price > 3 and item.price < 3" })).toEqual([
      "The filters leave no item together.",
    ]);
    await save({ rule: "item.price == user.budget" });
    pass(60_000);
    expect(await warningsOf({})).toEqual([
      'The filter "item.price == user.budget" leaves no item: user.budget has no value.',
    ]);
    expect(await warningsOf({ user: { budget: 2 } })).toBeUndefined();
  });

  it("count under caps what all pages have", async () => {
    const { recommend } = await setUp();
    const pages = async (boost: string[]) => {
      const first = await recommend({ boost, limit: 2 });
      const ids = [...first.ids];
      for (let offset = 2; offset < 8; offset += 2)
        ids.push(...(await recommend({ boost, limit: 2, offset })).ids);
      expect([boost, first.total]).toEqual([boost, ids.length]);
      return ids.length;
    };
    expect(await pages(["at most 1 per item.brand"])).toBe(4);
    expect(await pages(["at most 1 per item.brand where item.price > 1"])).toBe(5);
    expect(await pages(["at most 3"])).toBe(3);
    expect(await pages(["at most 1 per item.brand", "at most 3"])).toBe(3);
    expect(
      await pages(["at most 1 per item.brand", "pin item.id == '2' at 1", "pin item.id == '1' at 2"]),
    ).toBe(5);
  });

  it("show the scores that a boosted popular list is ordered by", async () => {
    const { recommend, shardState, pass } = await setUp();
    shardState.counts.set("7d", [{ itemId: "9", type: "view", count: 5 }]);
    pass(60_000);
    const scores = async (body: object) =>
      Object.fromEntries((await recommend(body)).items.map(({ item_id, score }) => [item_id, score]));
    // Each item has one user, and 9 is shown with its events.
    expect(await scores({ filter: "item.price > 4" })).toEqual({ "5": 1, "9": 5 });
    const boosted = await recommend({ boost: "multiply 10 where item.price == 3", limit: 3 });
    expect(boosted.ids).toEqual(["3", "9", "1"]);
    const shown = boosted.items.map(({ score }) => score);
    expect(shown).toEqual([10, 6, 1]);
  });

  it("boost, pin and cap", async () => {
    const { recommend } = await setUp();
    expect((await recommend({ boost: "multiply item.price" })).ids).toEqual(["9", "5", "4", "3", "2", "1"]);
    const { ids } = await recommend({
      boost: ["multiply 2 where item.brand == 'bolt'", "pin item.id == '9' at 2", "at most 1 per item.brand"],
    });
    expect(ids).toEqual(["3", "9", "1", "5"]);
  });

  it("pin the first of the list among items that the model does not know", async () => {
    const { app, recommend, shardState } = await setUp();
    for (const id of ["n1", "n2", "n3"]) {
      const headers = { "X-API-Key": ITEMS_KEY };
      const body = JSON.stringify({ properties: { price: 77 } });
      expect((await app.request(`/v1/items/${id}`, { method: "PUT", headers, body })).status).toBe(200);
    }
    shardState.counts.set("7d", [{ itemId: "n2", type: "view", count: 5 }]);
    const boost = "pin item.price == 77 at 1";
    const whole = await recommend({ user_id: "ann" });
    expect(whole.items.at(-3)).toMatchObject({ item_id: "n2", score: 0, strategy: "popular_now" });
    expect((await recommend({ user_id: "ann", boost, limit: 1 })).ids).toEqual(["n2"]);
    const others = await recommend({ user_id: "ann", boost, exclude: ["n2"], limit: 1 });
    expect(others.ids).toEqual(whole.ids.slice(-2, -1));
  });

  it("read the properties of the user and the context", async () => {
    const { recommend } = await setUp();
    const filter = "item.price <= user.budget and item.brand in context.brands";
    const { ids } = await recommend({ filter, user: { budget: 3 }, context: { brands: ["acme", "bolt"] } });
    expect(ids).toEqual(["1", "2", "3"]);
    const unfit = await recommend({ filter: "not item.price > user.budget", user: { budget: "a lot" } });
    expect(unfit.ids).toHaveLength(6);
    expect(unfit.warnings).toEqual(["user.budget is not a number: rules took it as missing."]);
  });

  it("never bring back what a person has seen or excluded", async () => {
    const { recommend } = await setUp();
    const boost = ["pin item.id == '1' at 1", "add 100 where item.id == '4'"];
    expect((await recommend({ user_id: "ann", boost, exclude: ["4"] })).ids.toSorted()).toEqual(["3", "5"]);
  });

  it("are refused with field, place and suggestion", async () => {
    const { send } = await setUp();
    const detail = async (path: string, body: unknown) => {
      const response = await send(path, body);
      expect(response.status).toBe(422);
      return ((await response.json()) as { detail: { loc: unknown; msg: string }[] }).detail[0];
    };
    expect(await detail("/v1/recommend", { filter: "item.prise < 3" })).toMatchObject({
      loc: ["body", "filter"],
      msg: 'Line 1, column 6: Items have no property "prise". Did you mean item.price?',
    });
    expect(await detail("/v1/similar", { item_ids: ["1"], boost: "multiply" })).toMatchObject({
      loc: ["body", "boost"],
    });
    const requests = [{}, { filter: "(" }];
    expect(await detail("/v1/batch", { requests })).toMatchObject({ loc: ["body", "requests", 1, "filter"] });
    expect(await detail("/v1/recommend", { boost: Array(21).fill("multiply 1") })).toMatchObject({
      loc: ["body", "boost"],
    });
  });

  it("hold for similar items, each request of a batch, and popular items", async () => {
    const { send, get } = await setUp();
    const similar = await send("/v1/similar", { item_ids: ["1"], filter: "item.price < 4" });
    const { items } = recommendResponse.parse(await similar.json());
    expect(items.map(({ item_id }) => item_id).toSorted()).toEqual(["2", "3"]);
    const batch = await send("/v1/batch", { requests: [{ filter: "item.price == 5" }, {}] });
    const { answers } = batchResponse.parse(await batch.json());
    expect(answers.map(({ total }) => total)).toEqual([1, 6]);
    const popular = await get(`/v1/popular?filter=${encodeURIComponent("item.price > 4")}`);
    expect(recommendResponse.parse(await popular.json()).total).toBe(2);
    const refused = await get("/v1/popular?filter=(");
    expect(await refused.json()).toMatchObject({ detail: [{ loc: ["query", "filter"] }] });
  });
});

describe("saved rules", () => {
  it("hold for every call of /v1, from their start until their end", async () => {
    const { recommend, save, pass } = await setUp();
    await save({ rule: "item.price > 3", from: 1_000, to: 11_000 });
    expect((await recommend({})).ids).toEqual(["4", "5", "9"]);
    expect((await recommend({ filter: "item.price < 9" })).ids).toEqual(["4", "5"]);
    pass(10_000);
    expect((await recommend({})).ids).toHaveLength(6);
  });

  it("are left out and named when they do not fit the catalogue", async () => {
    const { recommend, save } = await setUp();
    await save({ name: "old", rule: "item.gone" }, { rule: "item.price > 3" });
    const { ids, warnings } = await recommend({});
    expect(ids).toEqual(["4", "5", "9"]);
    expect(warnings).toEqual([expect.stringMatching(/^The saved rule "old" was left out\. .*"gone"/)]);
  });

  it("leave lists of Recotem's routes as they are", async () => {
    const { post, save } = await setUp();
    await save({ rule: "item.price > 100" });
    const answer = (await (await post({ user_id: "nobody", cutoff: 9 })).json()) as { items: unknown[] };
    expect(answer.items).toHaveLength(6);
  });
});

describe("rules over metadata that cannot be read", () => {
  const damaged = { meta: new EngineError("BAD_ARTIFACT", "Damaged.") };

  it("refuse a filter, which must not be ignored", async () => {
    const { send, logged } = await setUp(damaged);
    expect((await send("/v1/recommend", { filter: "item.price < 3" })).status).toBe(503);
    expect(logged).toContain("metadata_refused");
  });

  it("leave saved rules out, and answer", async () => {
    const { recommend, save } = await setUp(damaged);
    await save({ rule: "item.price > 3" });
    const { ids, warnings } = await recommend({});
    expect(ids).toHaveLength(6);
    expect(warnings).toHaveLength(1);
  });
});

describe("count(…) in rules", () => {
  const views = (itemId: string, count: number, type = "view") => ({ itemId, type, count });

  it("reads the events of each item in the window, of one type", async () => {
    const { recommend, shardState } = await setUp();
    shardState.counts.set("1d", [
      views("3", 7),
      views("4", 2),
      views("4", 50, "purchase"),
      views("no item", 9),
    ]);
    shardState.counts.set("7d", []);
    const ids = async (filter: string) => (await recommend({ filter })).ids;
    expect(await ids('count("view", days(1)) > 1')).toEqual(["3", "4"]);
    expect(await ids('count("view", days(1)) == 0')).toEqual(["1", "2", "5", "9"]);
    expect(await ids('count("purchase", hours(24)) > 1')).toEqual(["4"]);
    const lifted = await recommend({ boost: 'add count("view", days(1))' });
    expect(lifted.ids.slice(0, 2)).toEqual(["3", "4"]);
  });

  it("is read again a moment later, beside a request, and by saved rules too", async () => {
    const { recommend, shardState, save, pass } = await setUp();
    await save({ rule: 'count("view", days(1)) > 1' });
    shardState.counts.set("1d", [views("3", 7)]);
    expect((await recommend({})).ids).toEqual(["3"]);
    shardState.counts.set("1d", [views("3", 7), views("5", 2)]);
    expect((await recommend({})).ids).toEqual(["3"]);
    pass(5_000);
    await recommend({});
    expect((await recommend({})).ids).toEqual(["3", "5"]);
  });

  it("has no value, and the answer says so, while counts do not come", async () => {
    const { recommend, shardState } = await setUp();
    shardState.problem = new Error("no shards");
    const answer = await recommend({ filter: 'count("view", days(1)) >= 0 or item.price < 3' });
    expect(answer.ids).toEqual(["1", "2"]);
    expect(answer.warnings).toEqual(['Counts of "view" did not come in time: they have no value.']);
  });
});

describe("user.… in rules", () => {
  it("is of the project's user metadata, and of the request where that names it", async () => {
    const { recommend, manifest } = await setUp();
    const filter = "item.price < user.budget";
    // The metadata of the test know "9" alone, with these properties.
    const nine = { user_metadata_key: "users" };
    await manifest(nine);
    expect((await recommend({ user_id: "9", filter: 'user.title == "Nine"' })).total).toBe(6);
    expect((await recommend({ user_id: "8", filter: 'user.title == "Nine"' })).total).toBe(0);
    expect((await recommend({ filter: 'user.title == "Nine"' })).total).toBe(0);
    const own = { user_id: "9", filter: 'user.title == "Ten"', user: { title: "Ten" } };
    expect((await recommend(own)).total).toBe(6);
    expect((await recommend({ user_id: "9", filter, user: { budget: 2 } })).ids).toEqual(["1"]);
  });

  it("is nothing, and is logged, when the metadata cannot be used", async () => {
    const { recommend, manifest, logged } = await setUp({ users: new EngineError("BAD_ARTIFACT", "bad") });
    await manifest({ user_metadata_key: "users" });
    expect((await recommend({ user_id: "9", filter: 'user.title == "Nine"' })).total).toBe(0);
    expect(logged).toContain("user_metadata_refused");
  });
});
