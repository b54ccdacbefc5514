import { describe, expect, it } from "vitest";
import {
  advanceShard,
  EMPTY_SHARD,
  MAX_UNSEALED_BYTES,
  SEAL_AFTER_MS,
  SEAL_RETRY_MS,
  type ShardState,
  sealBytesOf,
} from "#jobs/event-shard/shard-state.ts";

const NOW = 1_000_000;
const SEAL_BYTES = sealBytesOf(1);

/** Of all shards. */
const countsOf = (counts: Readonly<Record<number, number>>) =>
  EMPTY_SHARD.sealedTo.map((_, shard) => counts[shard] ?? 0);

function committed(...commits: readonly [count: number, bytes: number, at?: number][]): ShardState {
  return commits.reduce(
    (state, [count, bytes, at = NOW]) => advanceShard(state, { type: "commit", count, bytes }, at).state,
    EMPTY_SHARD,
  );
}

/** Two events of shard 3, planned and divided. */
function planOf(state: ShardState): ShardState {
  const planned = advanceShard(state, { type: "flush" }, NOW).state;
  const divided = { type: "divided", first: 1, last: 2, counts: countsOf({ 3: 2 }) } as const;
  return advanceShard(planned, divided, NOW).state;
}

describe("an event object", () => {
  it("numbers events without a gap, and wakes when the oldest row has waited long enough", () => {
    const step = advanceShard(committed([3, 300]), { type: "commit", count: 2, bytes: 200 }, NOW + 5);
    expect(step.effects).toEqual([{ type: "store", first: 4, last: 5 }]);
    expect(step.alarmAt).toBe(NOW + SEAL_AFTER_MS);
    expect(step.state).toMatchObject({ next: 6, unsealedFrom: 1, unsealedBytes: 500 });
  });

  it("wakes at once when there is enough for a segment", () => {
    expect(advanceShard(committed(), { type: "commit", count: 1, bytes: SEAL_BYTES }, NOW).alarmAt).toBe(NOW);
  });

  it("refuses events that it cannot keep, and stays as it was", () => {
    const full = committed([9, MAX_UNSEALED_BYTES]);
    const step = advanceShard(full, { type: "commit", count: 1, bytes: 1 }, NOW);
    expect(step).toMatchObject({ effects: [], reply: { type: "full" }, state: full });
  });

  it.each([
    ["before the time", committed([2, 20]), NOW + SEAL_AFTER_MS - 1, []],
    ["at the time", committed([2, 20]), NOW + SEAL_AFTER_MS, [{ type: "divide", first: 1, last: 2 }]],
    ["with many bytes", committed([2, SEAL_BYTES]), NOW, [{ type: "divide", first: 1, last: 2 }]],
    ["without rows", committed(), NOW, []],
  ])("is woken %s", (_name, state, at, effects) => {
    expect(advanceShard(state, { type: "alarm" }, at).effects).toEqual(effects);
  });

  it("repeats the same plan after a kill, whatever has arrived meanwhile", () => {
    const planned = advanceShard(committed([2, 20]), { type: "flush" }, NOW);
    expect(planned.alarmAt).toBe(NOW + SEAL_RETRY_MS);
    const grown = advanceShard(planned.state, { type: "commit", count: 5, bytes: 50 }, NOW + 1).state;
    const again = advanceShard(grown, { type: "alarm" }, NOW + SEAL_RETRY_MS);
    expect(again.effects).toEqual(planned.effects);
  });

  it("numbers the events of a plan in each shard, once", () => {
    const sealedTo = countsOf({ 3: 70 });
    const { state } = advanceShard({ ...committed([3, 20]), sealedTo }, { type: "flush" }, NOW);
    const counts = countsOf({ 3: 2, 5: 1 });
    const step = advanceShard(state, { type: "divided", first: 1, last: 3, counts }, NOW);
    const parts = [
      { shard: 3, first: 71, last: 72 },
      { shard: 5, first: 1, last: 1 },
    ];
    expect(step.effects).toEqual([{ type: "seal", first: 1, last: 3, parts }]);
    // After a kill the names are those of the plan, also if an erasure took events meanwhile.
    expect(advanceShard(step.state, { type: "alarm" }, NOW).effects).toEqual(step.effects);
    const again = { type: "divided", first: 1, last: 3, counts: countsOf({ 5: 1 }) } as const;
    expect(advanceShard(step.state, again, NOW)).toMatchObject({ effects: [], state: step.state });
    const sealed = advanceShard(step.state, { type: "sealed", first: 1, last: 3 }, NOW).state;
    expect(sealed.sealedTo).toEqual(countsOf({ 3: 72, 5: 1 }));
  });

  it("seals after fewer bytes when it has fewer shards, but not after too few", () => {
    expect([1, 2, 4, 16].map((width) => sealBytesOf(width) / 1024 / 1024)).toEqual([16, 8, 4, 4]);
  });

  it("forgets the rows of the plan alone, and counts the rest from there", () => {
    const planned = planOf(committed([2, 20]));
    const grown = advanceShard(planned, { type: "commit", count: 5, bytes: 50 }, NOW + 1).state;
    const step = advanceShard(grown, { type: "sealed", first: 1, last: 2 }, NOW + 2);
    expect(step.effects).toEqual([{ type: "forget", first: 1, last: 2 }]);
    expect(step.state).toMatchObject({ unsealedFrom: 3, unsealedBytes: 50, sealing: null, next: 8 });
    expect(step.alarmAt).toBe(NOW + 2 + SEAL_AFTER_MS);
  });

  it.each([
    ["another plan", { first: 1, last: 9 }],
    ["a plan that has ended", { first: 3, last: 4 }],
  ])("ignores a late report of %s", (_name, range) => {
    const planned = planOf(committed([2, 20]));
    const step = advanceShard(planned, { type: "sealed", ...range }, NOW);
    expect(step).toMatchObject({ effects: [], state: planned });
  });

  it("sleeps when all is sealed", () => {
    const planned = planOf(committed([2, 20]));
    const step = advanceShard(planned, { type: "sealed", first: 1, last: 2 }, NOW);
    expect(step.alarmAt).toBeNull();
    expect(advanceShard(step.state, { type: "flush" }, NOW).effects).toEqual([]);
  });
});
