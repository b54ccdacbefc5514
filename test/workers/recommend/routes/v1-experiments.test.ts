/** Lists of experiments as serving answers and writes them. */
import { describe, expect, it } from "vitest";
import type { RecommendResponse } from "#contract/recommend.ts";
import { KEY, model, slot, world } from "../serving-world.ts";

const A = slot({ id: 4, name: "a", model: model(2), previous: null });
const B = slot({ id: 5, name: "b", weight: 0, model: model(3), previous: null });
const experiment = (kind: "ab" | "interleave") => ({
  ...{ id: 7, kind, arms: [4, 5].map((slot_id) => ({ slot_id, share: 0.5 })) },
});

async function testedWorld(changes: Parameters<Awaited<ReturnType<typeof world>>["manifest"]>[0]) {
  const made = await world();
  await made.manifest({ slots: [A, B], ...changes });
  const ask = async (body: object, path = "/v1/recommend"): Promise<RecommendResponse> => {
    const headers = { "X-API-Key": KEY, "Content-Type": "application/json" };
    const answer = await made.app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return (await answer.json()) as RecommendResponse;
  };
  /** Events that were written so far. */
  const written = async () => {
    await Promise.all(made.kept.splice(0));
    return made.memory.sent.flatMap(({ events }) => events);
  };
  return { ...made, ask, written };
}

describe("a list of two slots", () => {
  it("says which slot picked each item, and is written so that each gets its credit", async () => {
    const { ask, written } = await testedWorld({ experiment: experiment("interleave") });
    const answer = await ask({ user_id: "u1", limit: 4 });
    expect([answer.experiment_id, answer.slot_id, answer.items.length]).toEqual([7, 4, 4]);
    const teams = answer.items.map(({ slot_id }) => slot_id);
    // Each slot picks once a round.
    expect([new Set(teams.slice(0, 2)), new Set(teams.slice(2))]).toEqual([new Set([4, 5]), new Set([4, 5])]);
    expect(new Set(answer.items.map(({ item_id }) => item_id)).size).toBe(4);
    const events = await written();
    expect(events.map(({ item_id, metadata }) => [item_id, metadata?.slot_id])).toEqual(
      answer.items.map(({ item_id, slot_id }) => [item_id, slot_id]),
    );
    expect(events.every(({ metadata }) => metadata?.experiment_id === 7 && metadata.rate === 1)).toBe(true);
    expect(events.map(({ metadata }) => typeof metadata?.ms)).toEqual([
      "number",
      ...Array(3).fill("undefined"),
    ]);
  });

  it("has pages that fit together", async () => {
    const { ask } = await testedWorld({ experiment: experiment("interleave") });
    const [whole, first, second] = [
      await ask({ user_id: "u1", limit: 4 }),
      await ask({ user_id: "u1", limit: 2 }),
      await ask({ user_id: "u1", limit: 2, offset: 2 }),
    ];
    const pages = [...first.items, ...second.items];
    expect(pages.map(({ item_id, slot_id }) => [item_id, slot_id])).toEqual(
      whole.items.map(({ item_id, slot_id }) => [item_id, slot_id]),
    );
  });

  it("is not made for a request that names its slot", async () => {
    const { ask, written } = await testedWorld({ experiment: experiment("interleave") });
    const answer = await ask({ user_id: "u1", slot: "b" });
    expect([answer.slot_id, answer.experiment_id, answer.propensity]).toEqual([5, undefined, 1]);
    expect(await written()).toEqual([]);
  });
});

describe("a list of an experiment", () => {
  it("is written whatever the project's setting, with its propensity", async () => {
    const { ask, written } = await testedWorld({
      experiment: experiment("ab"),
      traffic: { impressions: "client" },
    });
    const answer = await ask({ user_id: "u1", limit: 2 });
    expect(answer).toMatchObject({ experiment_id: 7, propensity: 0.5 });
    expect(answer.items.every((item) => !("slot_id" in item))).toBe(true);
    expect((await written()).map(({ metadata }) => metadata)).toMatchObject(
      Array(2).fill({ experiment_id: 7, slot_id: answer.slot_id, propensity: 0.5, rate: 1 }),
    );
  });

  it("is written without items, too", async () => {
    const { ask, written } = await testedWorld({ experiment: experiment("ab") });
    expect((await ask({ user_id: "u1", filter: "item.price > 100" })).items).toEqual([]);
    expect(
      (await written()).map(({ type, item_id, metadata }) => [type, item_id, metadata?.experiment_id]),
    ).toEqual([["empty_list", "-", 7]]);
  });

  it("is not written without an experiment, where clients write impressions", async () => {
    const { ask, written } = await testedWorld({});
    await ask({ user_id: "u1" });
    expect(await written()).toEqual([]);
  });
});

describe("the list of a person in the holdout", () => {
  it("has popular items alone, without those that the person has seen", async () => {
    const { ask, written } = await testedWorld({ holdout: { id: 9, share: 1, slot_id: null } });
    const answer = await ask({ user_id: "ann", limit: 10 });
    expect([answer.held_out, answer.propensity, answer.slot_id]).toEqual([true, 1, 4]);
    expect(new Set(answer.items.map(({ strategy }) => strategy))).toEqual(new Set(["popular"]));
    const events = await written();
    expect(events.length).toBe(answer.items.length);
    expect(events.every(({ metadata }) => metadata?.held_out === true)).toBe(true);
    const everything = await ask({ limit: 10 });
    expect(everything.held_out).toBeUndefined();
    expect(answer.items.length).toBeLessThan(everything.items.length);
  });

  it("is that of a named slot, if the project wants so", async () => {
    const { ask } = await testedWorld({ holdout: { id: 9, share: 1, slot_id: 5 } });
    expect(await ask({ user_id: "u1" })).toMatchObject({ held_out: true, slot_id: 5 });
  });
});

describe("what only the platform writes", () => {
  it("is refused from servers as a type of event", async () => {
    const { app, addKey } = await testedWorld({});
    const key = `rctm_${"w".repeat(64)}`;
    await addKey(key, ["events"]);
    const body = JSON.stringify({ type: "empty_list", user_id: "u", item_id: "-" });
    const headers = { "X-API-Key": key, "Content-Type": "application/json" };
    expect((await app.request("/v1/events", { method: "POST", headers, body })).status).toBe(422);
  });
});
