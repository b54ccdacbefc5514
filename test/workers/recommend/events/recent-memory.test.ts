import { describe, expect, it } from "vitest";
import type { LiveItem } from "#jobs/event-shard/recent-items.ts";
import type { RecentAnswer } from "#jobs/event-shard/shard-object.ts";
import { RecentMemory } from "#recommend/events/recent-memory.ts";

const viewed = (...ids: string[]): LiveItem[] => ids.map((itemId) => ({ itemId, type: "view", at: 1 }));

function answer(changes: number, changed: readonly string[] | null, items: LiveItem[]): RecentAnswer {
  return { items, properties: null, seen: { wake: "w", changes }, changed };
}

/** A memory and its clock, which begins where a real one could. */
function memoryAt(maxItems?: number) {
  const clock = { now: 1_000_000 };
  const memory = new RecentMemory(() => clock.now, maxItems);
  const learn = (userId: string, given: RecentAnswer, shard = "s") =>
    memory.keep(shard, userId, memory.ask(shard), given);
  const itemsOf = (userId: string, shard = "s") =>
    memory.find(shard, userId)?.known.items.map(({ itemId }) => itemId) ?? null;
  return { clock, memory, learn, itemsOf };
}

describe("recent items that an isolate knows", () => {
  it("are used without asking, then asked for beside the request, then before the answer", () => {
    const { clock, memory, learn } = memoryAt();
    expect(memory.find("s", "ann")).toBeNull();
    learn("ann", answer(3, null, viewed("1")));
    expect(memory.find("s", "ann")).toEqual({
      known: { items: viewed("1"), properties: null },
      isDue: false,
    });
    clock.now += 400;
    expect(memory.find("s", "ann")?.isDue).toBe(true);
    // One request asks for all others.
    expect(memory.find("s", "ann")?.isDue).toBe(false);
    clock.now += 500;
    expect(memory.find("s", "ann")).toBeNull();
  });

  it("are fresh again for all who did not change, once the shard has answered for anybody", () => {
    const { clock, memory, learn, itemsOf } = memoryAt();
    learn("ann", answer(3, null, viewed("1")));
    learn("bob", answer(3, [], viewed("2")));
    clock.now += 899;
    expect(memory.ask("s").seen).toEqual({ wake: "w", changes: 3 });
    learn("cid", answer(4, ["bob"], []));
    clock.now += 300;
    expect([itemsOf("ann"), itemsOf("bob"), itemsOf("cid")]).toEqual([["1"], null, []]);
  });

  it("are all unknown if the shard cannot say who changed, as after its wake", () => {
    const { learn, itemsOf } = memoryAt();
    learn("ann", answer(3, null, viewed("1")));
    learn("bob", answer(1, null, viewed("2")));
    expect([itemsOf("ann"), itemsOf("bob")]).toEqual([null, ["2"]]);
  });

  it("are unknown from the moment on that this isolate stored events, also if an answer is on its way", () => {
    const { memory, learn, itemsOf } = memoryAt();
    learn("ann", answer(3, null, viewed("1")));
    const asked = memory.ask("s");
    memory.changed("s", ["ann"]);
    expect(itemsOf("ann")).toBeNull();
    memory.keep("s", "ann", asked, answer(3, [], viewed("1")));
    expect(itemsOf("ann")).toBeNull();
    learn("ann", answer(4, ["ann"], viewed("2", "1")));
    expect(itemsOf("ann")).toEqual(["2", "1"]);
  });

  it("are unknown if the first answer of a shard was on its way when they changed", () => {
    const { memory, learn, itemsOf } = memoryAt();
    const asked = memory.ask("s");
    memory.changed("s", ["ann"]);
    memory.keep("s", "ann", asked, answer(3, null, viewed("1")));
    expect(itemsOf("ann")).toBeNull();
    learn("ann", answer(4, ["ann"], viewed("2", "1")));
    expect(itemsOf("ann")).toEqual(["2", "1"]);
  });

  it("stay as they are when a slower answer of an earlier call comes", () => {
    const { clock, memory, learn, itemsOf } = memoryAt();
    const early = memory.ask("s");
    clock.now += 5;
    learn("ann", answer(4, null, viewed("2")));
    memory.keep("s", "ann", early, answer(3, null, viewed("1")));
    expect(itemsOf("ann")).toEqual(["2"]);
  });

  it("take a bounded room: people who were asked for longest ago go first, from the quietest shard", () => {
    const { learn, itemsOf } = memoryAt(5);
    learn("old", answer(1, [], viewed("1")), "quiet");
    learn("ann", answer(1, [], viewed("2")));
    learn("bob", answer(1, [], viewed("3")));
    expect([itemsOf("old", "quiet"), itemsOf("ann"), itemsOf("bob")]).toEqual([null, ["2"], ["3"]]);
    learn("cid", answer(1, [], viewed("4", "5")));
    expect([itemsOf("ann"), itemsOf("bob"), itemsOf("cid")]).toEqual([null, ["3"], ["4", "5"]]);
  });
});
