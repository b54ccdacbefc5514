import { describe, expect, it, vi } from "vitest";
import { batchResponse, recommendResponse } from "#contract/recommend.ts";
import { KEY, model, slot, world } from "../serving-world.ts";

async function setUp() {
  const made = await world();
  const send = (path: string, body: unknown, headers: Record<string, string> = { "X-API-Key": KEY }) =>
    made.app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
  const list = async (path: string, body: unknown) => {
    const response = await send(path, body);
    expect(response.status).toBe(200);
    return recommendResponse.parse(await response.json());
  };
  const problems = async (path: string, body: unknown) => {
    const response = await send(path, body);
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as { detail: { loc: unknown[]; type: string; msg: string }[] };
    return detail;
  };
  return { ...made, send, list, problems };
}

const ids = ({ items }: { items: readonly { item_id: string }[] }) => items.map(({ item_id }) => item_id);

describe("POST /v1/recommend", () => {
  it("says model, version, slot, propensity, strategies and stages", async () => {
    const { send, manifest } = await setUp();
    const first = slot({ weight: 30, model: { ...model(2), version: 7 } });
    await manifest({ slots: [first, slot({ id: 5, name: "other", weight: 10, model: model(1) })] });
    const response = await send("/v1/recommend", { user_id: "ann", limit: 2, slot: "default" });
    const answer = recommendResponse.parse(await response.json());
    expect(answer).toMatchObject({ request_id: "r-1", model_id: 2, model_version: 7, total: 3 });
    expect(answer).toMatchObject({ slot_id: 4, slot_name: "default", propensity: 1, strategy: "personal" });
    expect(answer.items.map(({ strategy }) => strategy)).toEqual(["personal", "personal"]);
    expect(response.headers.get("server-timing")).toMatch(
      /^auth;dur=.*route;dur=.*model;dur=.*score;dur=.*total;dur=/,
    );
    const drawn = recommendResponse.parse(await (await send("/v1/recommend", { user_id: "ann" })).json());
    expect(drawn.propensity).toBe(drawn.slot_id === 4 ? 0.75 : 0.25);
  });

  it("needs no user: it answers an empty body with what is popular", async () => {
    const { list } = await setUp();
    const answer = await list("/v1/recommend", {});
    expect(answer.strategy).toBe("popular");
    expect(answer.items).toHaveLength(6);
  });

  it("loads the model while it waits for written items", async () => {
    const { send, shelf, loaded } = await setUp();
    let arrive = () => undefined as unknown;
    shelf.state.slow = new Promise((resolve) => {
      arrive = () => resolve(null);
    });
    const answer = send("/v1/recommend", {});
    await vi.waitFor(() => expect([...loaded]).toEqual([model(2).artifact_key]));
    arrive();
    expect((await answer).status).toBe(200);
  });

  it("answers without a training history that does not come in time, and says so", async () => {
    const [itemCount, blockCount, userCount] = [6, 1, 3];
    const never = () => new Promise<Uint8Array>(() => undefined);
    const histories = { itemCount, blockCount, userCount, readBlock: never };
    const made = await world({}, {}, ["a secret"], ({ users }) => ({
      histories,
      users: { ...users, size: 0, indexOf: () => -1 },
    }));
    made.patience.history = async () => undefined;
    const headers = { "X-API-Key": KEY };
    const ask = (body: unknown) =>
      made.app.request("/v1/recommend", { method: "POST", headers, body: JSON.stringify(body) });
    const known = recommendResponse.parse(await (await ask({ user_id: "ann" })).json());
    expect(known).toMatchObject({
      strategy: "popular",
      warnings: [expect.stringContaining("the training knows")],
    });
    expect(recommendResponse.parse(await (await ask({})).json()).warnings).toBeUndefined();
  });

  it("leaves out disliked, excluded and given items", async () => {
    const { list } = await setUp();
    const answer = await list("/v1/recommend", {
      user_id: "ann",
      items: [{ item_id: "3" }],
      session: [{ item_id: "4", type: "dislike" }],
      exclude: ["5", "unknown"],
    });
    expect(answer).toMatchObject({ items: [], strategy: null, total: 0, reason: "all_left_out" });
    const rated = await list("/v1/recommend", { items: [{ item_id: "9", weight: 0 }] });
    expect(ids(rated)).not.toContain("9");
    expect(rated.strategy).toBe("popular");
  });

  it("does not take impressions for interest", async () => {
    const { list } = await setUp();
    const seen = await list("/v1/recommend", { session: [{ item_id: "9", type: "impression" }] });
    expect(ids(seen)).toContain("9");
    const viewed = await list("/v1/recommend", { session: [{ item_id: "9", type: "view" }] });
    expect([viewed.strategy, ids(viewed).includes("9")]).toEqual(["profile", false]);
  });

  it("pages through one list, and says when a page is past its end", async () => {
    const { list } = await setUp();
    for (const diversity of [0, 0.5]) {
      const whole = ids(await list("/v1/recommend", { limit: 6, diversity }));
      const pages = [0, 2, 4].map(async (offset) =>
        ids(await list("/v1/recommend", { limit: 2, offset, diversity })),
      );
      expect((await Promise.all(pages)).flat()).toEqual(whole);
    }
    const past = await list("/v1/recommend", { offset: 6 });
    expect(past).toMatchObject({ items: [], total: 6, reason: "past_the_end" });
  });

  it.each([
    ["an unknown field", { limitt: 5 }, ["body", "limitt"], "extra_forbidden"],
    [
      "an unknown field of an item",
      { items: [{ item_id: "1", wieght: 2 }] },
      ["body", "items", 0, "wieght"],
      "extra_forbidden",
    ],
    ["a limit beyond the bound", { limit: 1001 }, ["body", "limit"], "less_than_equal"],
    ["a diversity beyond 1", { diversity: 1.5 }, ["body", "diversity"], "less_than_equal"],
    ["an item without an id", { items: [{}] }, ["body", "items", 0, "item_id"], "missing"],
    ["an unknown slot", { slot: "nightly" }, ["body", "slot"], "value_error"],
  ])("refuses %s and names it", async (_, body, loc, type) => {
    const { problems } = await setUp();
    expect(await problems("/v1/recommend", body)).toMatchObject([{ loc, type }]);
  });

  it("takes a number as the id of a slot, and a text as its name", async () => {
    const { send, manifest } = await setUp();
    await manifest({ slots: [slot({ id: 5, name: "first" }), slot({ id: 7, name: "5" })] });
    const slotOf = async (named: string | number) =>
      recommendResponse.parse(await (await send("/v1/recommend", { slot: named })).json()).slot_id;
    expect([await slotOf(5), await slotOf("5"), await slotOf("first")]).toEqual([5, 7, 5]);
    expect((await send("/v1/recommend", { slot: "7" })).status).toBe(422);
  });

  it("names the slots that there are", async () => {
    const { problems } = await setUp();
    const [problem] = await problems("/v1/recommend", { slot: "nightly" });
    expect(problem?.msg).toContain("'default'");
  });

  it.each(["/v1/recommend", "/v1/similar", "/v1/batch"])("%s needs a key", async (path) => {
    const { send, app } = await setUp();
    expect((await send(path, {}, {})).status).toBe(401);
    expect((await app.request(path, { headers: { "X-API-Key": KEY } })).status).toBe(405);
  });
});

describe("POST /v1/similar", () => {
  it("leaves the given items out and never is empty", async () => {
    const { list, problems } = await setUp();
    const answer = await list("/v1/similar", { item_ids: ["1", "unknown"], limit: 3 });
    expect(answer.items).toHaveLength(3);
    expect(ids(answer)).not.toContain("1");
    expect(answer.strategy).toBe("similar");
    expect((await list("/v1/similar", { item_ids: ["unknown"] })).strategy).toBe("popular");
    expect(await problems("/v1/similar", { item_ids: [] })).toMatchObject([{ loc: ["body", "item_ids"] }]);
  });
});

describe("POST /v1/batch", () => {
  it("answers each request as if it came alone", async () => {
    const { send, list } = await setUp();
    const requests = [{ user_id: "ann", limit: 2 }, { item_ids: ["1"] }, {}];
    const response = await send("/v1/batch", { requests });
    const { answers } = batchResponse.parse(await response.json());
    expect(answers).toEqual([
      await list("/v1/recommend", requests[0]),
      await list("/v1/similar", requests[1]),
      await list("/v1/recommend", requests[2]),
    ]);
  });

  it("asks the event shards of all people at once", async () => {
    const { send, shardState } = await setUp();
    let letGo = (): void => undefined;
    shardState.slow = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const people = Array.from({ length: 20 }, (_, at) => `user ${at}`);
    const answering = send("/v1/batch", { requests: people.map((user_id) => ({ user_id })) });
    await vi.waitFor(() => expect(shardState.asked).toEqual(people));
    letGo();
    const { answers } = batchResponse.parse(await (await answering).json());
    expect(answers.map(({ live_events }) => live_events)).toEqual(people.map(() => "used"));
    expect(shardState.asked).toEqual(people);
  });

  it("names each stage once in Server-Timing, also for many requests", async () => {
    const { send } = await setUp();
    const response = await send("/v1/batch", { requests: Array.from({ length: 100 }, () => ({})) });
    const stages = (response.headers.get("server-timing") ?? "")
      .split(", ")
      .map((part) => part.split(";")[0]);
    expect(stages).toEqual(["auth", "route", "model", "live", "score", "total"]);
  });

  it.each([
    ["a wrong request", { requests: [{}, { limit: 0 }] }, ["body", "requests", 1, "limit"]],
    [
      "a wrong request for similar items",
      { requests: [{ item_ids: ["1"], user_id: "a" }] },
      ["body", "requests", 0, "user_id"],
    ],
    ["none", { requests: [] }, ["body", "requests"]],
    ["an unknown slot", { requests: [{}, { slot: "nowhere" }] }, ["body", "requests", 1, "slot"]],
    ["too many", { requests: Array.from({ length: 101 }, () => ({})) }, ["body", "requests"]],
    [
      "too many items together",
      { requests: Array.from({ length: 11 }, () => ({ limit: 1000 })) },
      ["body", "requests"],
    ],
    ["something else", [], ["body"]],
  ])("refuses %s and names it", async (_, body, loc) => {
    const { problems } = await setUp();
    expect((await problems("/v1/batch", body))[0]?.loc).toEqual(loc);
  });
});

describe("GET /v1/popular", () => {
  it("lists items with metadata on request", async () => {
    const { get } = await setUp();
    const response = await get("/v1/popular?limit=6&include_metadata=true");
    const answer = recommendResponse.parse(await response.json());
    expect(answer.strategy).toBe("popular");
    expect(answer.items.find(({ item_id }) => item_id === "9")?.metadata).toMatchObject({ title: "Nine" });
    expect((await get("/v1/popular?limit=0")).status).toBe(422);
  });
});
