import { describe, expect, it } from "vitest";
import {
  advanceShard,
  EMPTY_SHARD,
  MAX_UNSEALED_BYTES,
  SEAL_AFTER_MS,
  SEAL_BYTES,
  SEAL_RETRY_MS,
  type ShardState,
} from "#jobs/event-shard/shard-state.ts";

const NOW = 1_000_000;

function committed(...commits: readonly [count: number, bytes: number, at?: number][]): ShardState {
  return commits.reduce(
    (state, [count, bytes, at = NOW]) => advanceShard(state, { type: "commit", count, bytes }, at).state,
    EMPTY_SHARD,
  );
}

describe("an event shard", () => {
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
    ["at the time", committed([2, 20]), NOW + SEAL_AFTER_MS, [{ type: "seal", first: 1, last: 2 }]],
    ["with many bytes", committed([2, SEAL_BYTES]), NOW, [{ type: "seal", first: 1, last: 2 }]],
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

  it("forgets the rows of the plan alone, and counts the rest from there", () => {
    const planned = advanceShard(committed([2, 20]), { type: "flush" }, NOW).state;
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
    const planned = advanceShard(committed([2, 20]), { type: "flush" }, NOW).state;
    const step = advanceShard(planned, { type: "sealed", ...range }, NOW);
    expect(step).toMatchObject({ effects: [], state: planned });
  });

  it("sleeps when all is sealed", () => {
    const planned = advanceShard(committed([2, 20]), { type: "flush" }, NOW).state;
    const step = advanceShard(planned, { type: "sealed", first: 1, last: 2 }, NOW);
    expect(step.alarmAt).toBeNull();
    expect(advanceShard(step.state, { type: "flush" }, NOW).effects).toEqual([]);
  });
});
