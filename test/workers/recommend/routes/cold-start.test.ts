/** New items and new people, through the routes: what is written counts in the next answer. */
import { beforeAll, describe, expect, it } from "vitest";
import type { RecommendRequest, RecommendResponse, SimilarRequest } from "#contract/recommend.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { featureServable, genreOf } from "../../../shared/engine/serve/feature-world.ts";
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

let trained: Servable;
beforeAll(async () => {
  trained = await featureServable();
});

async function coldWorld(records: Readonly<Record<string, Record<string, unknown>>> = {}) {
  const served = await world({}, undefined, undefined, () => trained, records);
  await served.manifest({ traffic: { exploration_rate: 0 }, user_metadata_key: "meta" });
  const call = (method: string, path: string, body?: unknown, key = ITEMS_KEY) =>
    served.app.request(path, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const ask = async (path: string, body: object) => {
    const response = await call("POST", path, body, KEY);
    expect(response.status).toBe(200);
    return (await response.json()) as RecommendResponse;
  };
  const recommend = (body: Partial<RecommendRequest>) => ask("/v1/recommend", { limit: 10, ...body });
  const similar = (body: Partial<SimilarRequest>) => ask("/v1/similar", { limit: 10, ...body });
  const putItem = (id: string, properties: object, more: object = {}) =>
    call("PUT", `/v1/items/${id}`, { properties, ...more });
  const putUser = (id: string, properties: object) => call("PUT", `/v1/users/${id}`, { properties });
  return { ...served, call, recommend, similar, putItem, putUser };
}

const idsOf = ({ items }: RecommendResponse) => items.map((item) => item.item_id);
/** The share of a list that is of a genre. */
const shareOf = (answer: RecommendResponse, genre: string) =>
  answer.items.filter(({ item_id: id }) => id.startsWith("i") && genreOf(id) === genre).length /
  answer.items.length;
const ruleOf = (answer: RecommendResponse, id: string) => answer.items.find((item) => item.item_id === id);

/** Where an item is among those of a genre, which a list has first: 1 for the best; null if another genre comes before it. */
function placeIn(answer: RecommendResponse, id: string, genre: string): number | null {
  const ids = idsOf(answer);
  const others = ids.findIndex((one) => one.startsWith("i") && genreOf(one) !== genre);
  const place = ids.indexOf(id);
  return place >= 0 && (others < 0 || place < others) ? place + 1 : null;
}

describe("a new item", () => {
  it("is recommended where it fits in the next answer, and not where it does not", async () => {
    const { recommend, putItem } = await coldWorld();
    const list = (user_id: string) => recommend({ user_id, limit: 40 });
    const [before, other] = [await list("u1"), await list("u2")];
    expect([before.strategy, other.strategy]).toEqual(["personal", "personal"]);
    await putItem("new", { genre: "rock", year: 1992 });
    const [after, unfit] = [await list("u1"), await list("u2")];
    expect(placeIn(after, "new", "rock")).toBeGreaterThan(0);
    expect(placeIn(unfit, "new", "folk")).toBeNull();
    expect(ruleOf(after, "new")).toMatchObject({ strategy: "features" });
    expect(after.strategy).toBe("personal");
    // The others stay as they are.
    const rest = ({ items }: RecommendResponse) =>
      items.filter(({ item_id: id }) => id !== "new").slice(0, 39);
    expect(rest(after)).toEqual(rest(before));
  });

  it("is scored like an item of the model with the same properties", async () => {
    const { recommend, putItem } = await coldWorld();
    await putItem("new", { genre: "rock", year: 1992 });
    const { items } = await recommend({ user_id: "u1", limit: 120 });
    const scores = (genre: string) =>
      items.filter(({ item_id: id }) => id !== "new" && genreOf(id) === genre).map(({ score }) => score);
    const score = ruleOf({ items } as RecommendResponse, "new")?.score ?? 0;
    expect(score).toBeGreaterThan(Math.max(...scores("folk")));
    expect(score).toBeGreaterThan(Math.min(...scores("rock")) / 2);
    expect(score).toBeLessThan(Math.max(...scores("rock")));
  });

  it("follows its properties, as soon as they change", async () => {
    const { recommend, putItem, call } = await coldWorld();
    const placeFor = async (user_id: string, genre: string) =>
      placeIn(await recommend({ user_id, limit: 40 }), "new", genre);
    await putItem("new", { genre: "rock" });
    expect([await placeFor("u1", "rock"), await placeFor("u2", "folk")]).toEqual([expect.any(Number), null]);
    await call("PATCH", "/v1/items/new", { properties: { genre: "folk" } });
    expect([await placeFor("u1", "rock"), await placeFor("u2", "folk")]).toEqual([null, expect.any(Number)]);
    await call("PATCH", "/v1/items/new", { hidden: true });
    expect(idsOf(await recommend({ user_id: "u2", limit: 200 }))).not.toContain("new");
  });

  it("without a property that the model knows comes last, the newest first, as without tables", async () => {
    const { recommend, putItem } = await coldWorld();
    await putItem("old", { price: 3 }, { created_at: 1 });
    await putItem("new", { genre: "polka" }, { created_at: 2 });
    const { items } = await recommend({ user_id: "u1", limit: 200 });
    const unknown = items.filter(({ item_id: id }) => id === "old" || id === "new");
    expect(unknown.map(({ item_id: id, strategy, score }) => [id, strategy, score])).toEqual([
      ["new", "newest", 0],
      ["old", "newest", 0],
    ]);
  });

  it("obeys rules, exclusions, caps and diversity as others do", async () => {
    const { recommend, putItem } = await coldWorld();
    for (const id of ["a", "b", "c"]) await putItem(id, { genre: "rock", brand: "acme" });
    const ids = async (body: object) => idsOf(await recommend({ user_id: "u1", limit: 30, ...body }));
    expect(await ids({})).toEqual(expect.arrayContaining(["a", "b", "c"]));
    expect(await ids({ exclude: ["b"] })).not.toContain("b");
    expect(await ids({ filter: 'item.brand == "acme"' })).toEqual(["a", "b", "c"]);
    expect(
      (await ids({ boost: "at most 1 per item.brand" })).filter((id) => ["a", "b", "c"].includes(id)),
    ).toHaveLength(1);
    expect((await ids({ boost: 'multiply 3 where item.id == "c"' }))[0]).toBe("c");
    const diverse = await ids({ diversity: 1, limit: 6 });
    expect(diverse.filter((id) => ["a", "b", "c"].includes(id)).length).toBeLessThan(2);
  });

  it("of the uploaded metadata is recommended, too, once for all versions of its model", async () => {
    const { recommend, call } = await coldWorld({ 9: { genre: "rock", year: 1991 }, i1: { genre: "rock" } });
    expect(ruleOf(await recommend({ user_id: "u1", limit: 40 }), "9")).toMatchObject({
      strategy: "features",
    });
    await call("PATCH", "/v1/items/9", { properties: { genre: "folk" } });
    expect(placeIn(await recommend({ user_id: "u1", limit: 40 }), "9", "rock")).toBeNull();
    expect(placeIn(await recommend({ user_id: "u2", limit: 40 }), "9", "folk")).toBeGreaterThan(0);
  });

  it("has similar items by its properties, and is similar to them", async () => {
    const { similar, putItem } = await coldWorld();
    await putItem("new", { genre: "jazz", year: 1993 });
    await putItem("twin", { genre: "jazz", year: 1993 });
    const answer = await similar({ item_ids: ["new"] });
    expect(answer.strategy).toBe("similar");
    expect(idsOf(answer)[0]).toBe("twin");
    expect(shareOf({ ...answer, items: answer.items.slice(1) }, "jazz")).toBe(1);
    expect(placeIn(await similar({ item_ids: ["i4"], limit: 40 }), "new", "jazz")).toBeGreaterThan(0);
  });

  it("says which of its properties fit", async () => {
    const { recommend, putItem } = await coldWorld();
    await putItem("new", { genre: "rock", year: 1992 });
    const found = ruleOf(await recommend({ user_id: "u1", limit: 40, reasons: 5 }), "new");
    const [first] = found?.reasons ?? [];
    expect(first).toMatchObject({ of: "item", column: "genre", value: "rock" });
    const shares = (found?.reasons ?? []).reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeCloseTo(1, 6);
  });
});

describe("a person", () => {
  it("with properties alone gets a list of their own, and a better one with events", async () => {
    const { recommend, putUser, shardState } = await coldWorld();
    expect((await recommend({ user_id: "eve" })).strategy).toBe("popular");
    await putUser("eve", { taste: "jazz", age: 23 });
    const known = await recommend({ user_id: "eve" });
    expect([known.strategy, known.live_events]).toEqual(["features", "used"]);
    expect(shareOf(known, "jazz")).toBe(1);
    expect(known.items.every(({ strategy }) => strategy === "features")).toBe(true);
    // What she does counts beside what she is.
    shardState.recent = ["i0", "i4", "i8"].map((itemId, at) => ({ itemId, type: "purchase", at }));
    const better = await recommend({ user_id: "eve" });
    expect(better.strategy).toBe("profile");
    expect(shareOf(better, "jazz")).toBe(1);
    expect(better.items[0]?.score).toBeGreaterThan(known.items[0]?.score ?? 9);
    expect(idsOf(better)).not.toEqual(expect.arrayContaining(["i0"]));
  });

  it("gets another list as soon as a property changes", async () => {
    const { recommend, putUser, call } = await coldWorld();
    await putUser("eve", { taste: "jazz" });
    expect(shareOf(await recommend({ user_id: "eve" }), "jazz")).toBe(1);
    await call("PATCH", "/v1/users/eve", { properties: { taste: "pop" } });
    expect(shareOf(await recommend({ user_id: "eve" }), "pop")).toBe(1);
  });

  it("may be described by the request alone, and over what is stored", async () => {
    const { recommend, putUser } = await coldWorld();
    const anonymous = await recommend({ user: { taste: "folk" } });
    expect([anonymous.strategy, shareOf(anonymous, "folk")]).toEqual(["features", 1]);
    await putUser("eve", { taste: "jazz" });
    expect(shareOf(await recommend({ user_id: "eve", user: { taste: "rock" } }), "rock")).toBe(1);
  });

  it("of the uploaded user metadata is known by them, though the model is older", async () => {
    const { recommend } = await coldWorld({ 9: { taste: "folk" } });
    const answer = await recommend({ user_id: "9" });
    expect([answer.strategy, shareOf(answer, "folk")]).toEqual(["features", 1]);
  });

  it("of the training keeps the properties of the training", async () => {
    const { recommend } = await coldWorld();
    const served = await recommend({ user_id: "u1", limit: 5 });
    const plain = { ...trained, userFeatures: null };
    const without = await world({}, undefined, undefined, () => plain);
    const response = await without.app.request("/v1/recommend", {
      method: "POST",
      headers: { "X-API-Key": KEY, "Content-Type": "application/json" },
      body: JSON.stringify({ user_id: "u1", limit: 5 }),
    });
    const forgotten = (await response.json()) as RecommendResponse;
    expect(served.items.map(({ score }) => score)).not.toEqual(forgotten.items.map(({ score }) => score));
  });

  it("whose properties the model cannot use is unknown, and never a failure", async () => {
    const { recommend, putUser } = await coldWorld();
    for (const properties of [
      { taste: ["jazz"] },
      { taste: { deep: 1 } },
      { taste: 7 },
      { age: "old" },
      {},
    ]) {
      await putUser("eve", properties);
      const { strategy, items } = await recommend({ user_id: "eve" });
      expect(["popular", "features"]).toContain(strategy);
      expect(items).toHaveLength(10);
    }
  });

  it("gets reasons that name properties", async () => {
    const { recommend, putUser } = await coldWorld();
    await putUser("eve", { taste: "jazz", age: 23 });
    const { items } = await recommend({ user_id: "eve", reasons: 3 });
    for (const { reasons = [] } of items)
      expect(reasons[0]).toMatchObject({ of: "user", column: "taste", value: "jazz" });
  });

  it("without properties in an answer of the originals' routes is served as ever", async () => {
    const { post, putUser } = await coldWorld();
    await putUser("eve", { taste: "jazz" });
    expect(await (await post({ user_id: "eve" })).json()).toMatchObject({ strategy: "personal" });
  });
});
