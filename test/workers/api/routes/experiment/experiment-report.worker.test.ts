/** Reports of experiments: what is counted, what blocks a verdict, and that a report reads only what is new. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { dropTallies } from "#services/experiments/kept-tallies.ts";
import { putMerge } from "#storage/user-merges.ts";
import { statusAndBody } from "../ab_test/slots-with-events.ts";
import { testedSlots } from "./tested-slots.ts";

describe("the report of an experiment", () => {
  it("needs a start", async () => {
    const { ann, make } = await testedSlots();
    const { id } = await make();
    expect((await statusAndBody(await ann.call("GET", `/experiment/${id}/report/`)))[0]).toBe(409);
  });

  it("compares each variant with the control, and says which slot to promote", async () => {
    const { running, report, seal, people, control, variant, ann, projectId } = await testedSlots();
    const body = { project: projectId, name: "third", trained_model: control.trained_model };
    const third = (await (await ann.call("POST", "/deployment_slot/", body)).json()) as { id: number };
    const { id } = await running({
      variants: [{ slot: control.id }, { slot: variant.id }, { slot: third.id }],
    });
    expect(await report(id)).toMatchObject({ verdict: "too_early", best: null, sampled: 1, periods: 1 });
    await seal([
      ...people(id, control.id, [400, 40]),
      ...people(id, variant.id, [400, 120]),
      ...people(id, third.id, [400, 44]),
    ]);
    const found = await report(id);
    expect(found.variants.map(({ people: count, conversion }) => [count, conversion])).toEqual([
      [400, 0.1],
      [400, 0.3],
      [400, 0.11],
    ]);
    expect(found.variants.map(({ verdict }) => verdict)).toEqual([null, "better", "undecided"]);
    expect([found.verdict, found.best, found.sample_ratio_p]).toEqual(["better", variant.id, 1]);
    expect(found.advice).toMatch(new RegExp(`^Promote slot ${variant.id}: .* is 200.0 % higher`));
    expect(found.variants[1]).toMatchObject({ lists: 400, items_shown: 9, empty_share: 0, slot: variant.id });
  });

  it("is blocked by a guardrail, and says which", async () => {
    const { running, report, seal, people, control, variant } = await testedSlots();
    const guardrails = { latency_p95_ms: 50, empty_share: 0.1, items_shown: 5 };
    const { id } = await running({ guardrails });
    await seal([...people(id, control.id, [300, 30], { ms: 500 }), ...people(id, variant.id, [300, 120])]);
    // The control is what people got before.
    expect((await report(id)).verdict).toBe("better");
    const empty = Array.from({ length: 60 }, (_, at) => ({
      ...{ type: "empty_list", item_id: "-", user_id: `of ${variant.id}, ${at}`, request_id: `second ${at}` },
      metadata: { experiment_id: id, slot_id: variant.id, ms: 200 },
    }));
    await seal(empty);
    const found = await report(id);
    expect(found.verdict).toBe("guardrail");
    expect(found.breaches.map(({ slot, guardrail, bound }) => [slot, guardrail, bound])).toEqual([
      [variant.id, "latency_p95_ms", 50],
      [variant.id, "empty_share", 0.1],
    ]);
    expect(found.breaches[1]?.value).toBeCloseTo(60 / 360, 9);
    expect(found.advice).toMatch(/^Do not promote: for slot \d+, the time of 95 % of its lists/);
  });

  it("does not trust lost people, nor lists that clients say are of it", async () => {
    const { running, report, seal, people, control, variant } = await testedSlots();
    const { id } = await running();
    await seal([...people(id, control.id, [300, 30]), ...people(id, variant.id, [200, 60])]);
    expect(await report(id)).toMatchObject({ verdict: "mismatch", best: null });
    // Impressions of another experiment, and of none.
    await seal(
      people(id + 1, variant.id, [100, 0]).map((event) => ({ ...event, user_id: `x${event.user_id}` })),
    );
    expect((await report(id)).variants[1]?.people).toBe(200);
  });

  it("says how people prefer one of two slots in one list", async () => {
    const { running, report, seal, control, variant } = await testedSlots();
    const { id } = await running({ kind: "interleave" });
    await seal(
      Array.from({ length: 400 }, (_, at) => {
        const event = { user_id: `u${at}`, request_id: `r${at}` };
        const shown = (item_id: string, slot_id: number) => ({
          ...{ ...event, type: "impression", item_id, metadata: { experiment_id: id, slot_id, ms: 3 } },
        });
        return [
          shown("a", control.id),
          shown("b", variant.id),
          { ...event, item_id: at % 4 === 0 ? "a" : "b" },
        ];
      }).flat(),
    );
    const found = await report(id);
    expect(found.preference).toMatchObject({ people: 400, credits: [100, 300] });
    expect(found.preference?.interval?.estimate).toBeCloseTo(0.5, 9);
    expect([found.verdict, found.best, found.sample_ratio_p]).toEqual(["better", variant.id, null]);
    // Everybody sees both.
    expect(found.variants.map(({ people, lists, conversion }) => [people, lists, conversion])).toEqual([
      [400, 400, 1],
      [400, 400, 1],
    ]);
    expect(found.advice).toMatch(new RegExp(`^People prefer slot ${variant.id} to slot ${control.id}`));
  });

  it("says what personal lists are worth beside a holdout", async () => {
    const { running, report, seal, people } = await testedSlots();
    const { id } = await running({ kind: "holdout", variants: [{ slot: null, weight: 0.2 }] });
    const groups = [
      ...people(0, 1, [200, 10], { held_out: true }),
      ...people(0, 2, [800, 240], { held_out: false }),
    ];
    await seal(groups);
    const found = await report(id);
    expect(found.variants.map(({ slot, people: count }) => [slot, count])).toEqual([
      [null, 200],
      [null, 800],
    ]);
    expect([found.verdict, found.sample_ratio_p]).toEqual(["better", 1]);
    expect(found.advice).toMatch(/^Personal lists pay: .* 500\.0 % higher/);
  });

  it("says that a slot changed meanwhile", async () => {
    const { ann, running, report, variant, train, api } = await testedSlots();
    const { id } = await running();
    const model = await train({ deploy: "never" });
    api.advance(1_000);
    await ann.call("PATCH", `/deployment_slot/${variant.id}/`, { trained_model: model });
    expect((await report(id)).warnings).toEqual([
      expect.stringMatching(new RegExp(`^Slot ${variant.id} changed: since .* it has version \\d+`)),
    ]);
  });

  it("leaves out users who are one", async () => {
    const { projectId, running, report, seal, people, control, variant, api } = await testedSlots();
    const { id } = await running();
    await seal([...people(id, control.id, [3, 1]), ...people(id, variant.id, [3, 1])]);
    const [from, to] = [`of ${control.id}, 0`, `of ${variant.id}, 0`];
    await putMerge(env.STORE, projectId, { from, to, at: api.deps.clock() });
    const { left_out, variants } = await report(id);
    expect([left_out.merged, variants.map((one) => one.people)]).toEqual([2, [2, 2]]);
  });

  it("reads only the segments that came since the last one, and gives the same figures as from scratch", async () => {
    const { projectId, api, running, report, seal, people, control, variant } = await testedSlots();
    const { id } = await running();
    await seal([...people(id, control.id, [60, 6]), ...people(id, variant.id, [60, 12])]);
    await report(id);
    const get = vi.spyOn(env.STORE, "get");
    const readSegments = () => get.mock.calls.filter(([key]) => key.endsWith(".ndjson")).length;
    try {
      await report(id);
      expect(readSegments()).toBe(0);
      api.advance(60_000);
      // Clicks on the lists of before.
      await seal([{ user_id: `of ${control.id}, 30`, request_id: `r of ${control.id}, 30`, item_id: "i3" }]);
      const kept = await report(id);
      expect([readSegments(), kept.variants[0]?.conversion]).toEqual([1, 7 / 60]);
      await dropTallies({ store: env.STORE }, projectId);
      expect(await report(id)).toEqual(kept);
    } finally {
      get.mockRestore();
    }
  });

  it("forgets what it kept with the experiment", async () => {
    const { ann, projectId, running, report, seal, people, control } = await testedSlots();
    const { id } = await running();
    await seal(people(id, control.id, [10, 1]));
    await report(id);
    const objects = async () =>
      (await env.STORE.list({ prefix: `projects/${projectId}/experiments/` })).objects.length;
    expect(await objects()).toBe(16);
    expect((await ann.call("DELETE", `/experiment/${id}/`)).status).toBe(204);
    expect(await objects()).toBe(0);
  });
});
