import { describe, expect, it } from "vitest";
import { recommendResponse } from "#contract/recommend.ts";
import { liveWaitMs } from "#recommend/memory/live-items.ts";
import { KEY, world } from "../serving-world.ts";

async function answerOf(made: Awaited<ReturnType<typeof world>>, body: unknown) {
  const headers = { "X-API-Key": KEY };
  const response = await made.app.request("/v1/recommend", {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return recommendResponse.parse(await response.json());
}

const ids = ({ items }: { items: readonly { item_id: string }[] }) =>
  items.map(({ item_id }) => item_id).sort();

describe("live events in recommendations", () => {
  it("are a part of the profile: taken and disliked items are gone at once", async () => {
    const made = await world();
    expect(ids(await answerOf(made, { user_id: "ann" }))).toEqual(["3", "4", "5"]);
    made.shardState.recent = [
      { itemId: "3", type: "purchase", at: 9 },
      { itemId: "4", type: "dislike", at: 8 },
      { itemId: "unknown", type: "view", at: 7 },
    ];
    const answer = await answerOf(made, { user_id: "ann" });
    expect([answer.live_events, answer.strategy, ids(answer)]).toEqual(["used", "profile", ["5"]]);
  });

  it("count in the routes of the originals, too", async () => {
    const made = await world();
    made.shardState.recent = [{ itemId: "3", type: "like", at: 9 }];
    const predicted = (await (await made.post({ user_id: "ann" })).json()) as {
      items: { item_id: string }[];
    };
    expect(ids(predicted)).toEqual(["4", "5"]);
  });

  it("are not waited for beyond the limit", async () => {
    const made = await world();
    made.patience.sleep = async () => undefined;
    let answered = (_: readonly never[]) => undefined as unknown;
    made.shardState.slow = new Promise((done) => {
      answered = done;
    });
    const answer = await answerOf(made, { user_id: "ann" });
    expect([answer.live_events, answer.items.length]).toEqual(["late", 3]);
    answered([]);
  });

  it("may fail: the answer says so, and the log", async () => {
    const made = await world();
    made.shardState.problem = new Error("overloaded");
    expect((await answerOf(made, { user_id: "ann" })).live_events).toBe("failed");
    expect(made.logged).toContain("live_events_failed");
  });

  it("are not asked for without a user", async () => {
    const made = await world();
    made.shardState.problem = new Error("asked");
    expect((await answerOf(made, {})).live_events).toBe("none");
    expect(made.logged).not.toContain("live_events_failed");
  });
});

describe("popularity of the moment", () => {
  const counted = (itemId: string, type: string, count: number) => ({ itemId, type, count });
  const popular = async (made: Awaited<ReturnType<typeof world>>, query = "") =>
    recommendResponse.parse(await (await made.get(`/v1/popular${query}`)).json());

  it("puts items by their weighted events before all others", async () => {
    const made = await world();
    // A purchase weighs 8, a view 1; an impression and a dislike do not make an item popular.
    const purchases = [counted("4", "purchase", 1), counted("4", "view", 1), counted("2", "view", 5)];
    const others = [counted("5", "impression", 99), counted("3", "dislike", 99)];
    made.shardState.counts.set("7d", [...purchases, ...others]);
    const { strategy, items } = await popular(made);
    expect(strategy).toBe("popular_now");
    expect(items.slice(0, 2).map(({ item_id, score }) => [item_id, score])).toEqual([
      ["4", 9],
      ["2", 5],
    ]);
    expect(items.slice(2).map((item) => item.strategy)).toEqual(["popular", "popular", "popular", "popular"]);
  });

  it("is of the window that the request names", async () => {
    const made = await world();
    made.shardState.counts.set("1h", [counted("5", "view", 1)]);
    expect((await popular(made, "?window=1h")).items[0]).toMatchObject({ item_id: "5", score: 1 });
    expect((await popular(made)).strategy).toBe("popular");
    expect((await made.get("/v1/popular?window=2h")).status).toBe(422);
  });

  it("is of one category or one country, if the request names it", async () => {
    const made = await world();
    made.shardState.counts.set("7d category=shoes & co", [counted("5", "view", 3)]);
    made.shardState.counts.set("7d country=JP", [counted("2", "view", 3)]);
    expect((await popular(made, "?category=shoes%20%26%20co")).items[0]?.item_id).toBe("5");
    expect((await popular(made, "?country=JP")).items[0]?.item_id).toBe("2");
    expect((await popular(made)).strategy).toBe("popular");
    expect((await made.get("/v1/popular?country=JP&category=shoes")).status).toBe(422);
    expect((await made.get("/v1/popular?country=J%0AP")).status).toBe(422);
  });

  it("is at most a few seconds old, and a request never waits for it twice", async () => {
    const made = await world();
    expect((await popular(made)).strategy).toBe("popular");
    made.shardState.counts.set("7d", [counted("5", "view", 1)]);
    expect((await popular(made)).strategy).toBe("popular");
    made.pass(2_000);
    await popular(made);
    expect((await popular(made)).items[0]?.item_id).toBe("5");
  });

  it("may fail: the list is that of the training data", async () => {
    const made = await world();
    made.shardState.problem = new Error("overloaded");
    expect((await popular(made)).strategy).toBe("popular");
    expect(made.logged).toEqual(["counts_failed"]);
  });
});

describe("trending items", () => {
  const counted = (itemId: string, type: string, [count, before]: readonly [number, number]) => ({
    itemId,
    type,
    ...{ count, before },
  });
  const trending = async (made: Awaited<ReturnType<typeof world>>, query = "") =>
    recommendResponse.parse(await (await made.get(`/v1/trending${query}`)).json());

  it("come by their growth beyond chance, weighted by type, before the others", async () => {
    const made = await world();
    made.shardState.counts.set("1d before", [
      // (160 − 90) / √250 = 4.43
      counted("2", "view", [160, 90]),
      // (24 − 0) / √24 = 4.9: three purchases weigh 8 each.
      counted("4", "purchase", [3, 0]),
      counted("3", "view", [50, 80]),
      counted("5", "dislike", [90, 0]),
    ]);
    const { items, strategy } = await trending(made);
    expect(strategy).toBe("trending");
    const rising = items.filter((item) => item.strategy === "trending");
    expect(rising.map(({ item_id, score }) => [item_id, Math.round(100 * score)])).toEqual([
      ["4", 490],
      ["2", 443],
    ]);
    expect(items.slice(2).every((item) => item.strategy === "popular")).toBe(true);
    expect(items.length).toBeGreaterThan(2);
  });

  it("are of the window, the group and the filter that the request names", async () => {
    const made = await world();
    made.shardState.counts.set("1h before country=JP", [
      counted("2", "view", [5, 1]),
      counted("4", "view", [9, 1]),
    ]);
    const query = `?window=1h&country=JP&filter=${encodeURIComponent('item.id != "4"')}`;
    const { items } = await trending(made, query);
    expect(items[0]).toMatchObject({ item_id: "2", strategy: "trending" });
    expect(items.map(({ item_id }) => item_id)).not.toContain("4");
    expect((await trending(made, "?window=1h")).strategy).toBe("popular");
    expect((await made.get("/v1/trending?window=2h")).status).toBe(422);
  });
});

describe("liveWaitMs", () => {
  it("is 50 unless set, and a second at most", () => {
    expect([undefined, "", "0", "1000"].map(liveWaitMs)).toEqual([50, 50, 0, 1000]);
    for (const text of ["-1", "1001", "1.5", "soon"]) expect(() => liveWaitMs(text)).toThrow(/LIVE_WAIT/);
  });
});
