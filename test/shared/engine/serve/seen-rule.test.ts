import { describe, expect, it } from "vitest";
import { seenItems } from "#engine/serve/seen-rule.ts";

const DAY = 86_400_000;
const NOW = 100 * DAY;
/** Items 1 and 2 are of the history; 3 was taken 10 days ago, 4 now. */
const user = {
  profile: { indices: Uint32Array.of(1, 2, 3, 4), weights: new Float32Array(4).fill(1) },
  lastAt: new Map([
    [3, NOW - 10 * DAY],
    [4, Number.POSITIVE_INFINITY],
  ]),
};

describe("seenItems", () => {
  it.each([
    ["all, if never again", { kind: "never" }, null, [1, 2, 3, 4]],
    ["none, if always", { kind: "always" }, null, []],
    ["what is not older than some days", { kind: "after_days", days: 10.5 }, NOW - 50 * DAY, [3, 4]],
    ["not what is exactly as old", { kind: "after_days", days: 10 }, NOW - 50 * DAY, [4]],
    ["the history of a new model", { kind: "after_days", days: 30 }, NOW - 20 * DAY, [1, 2, 3, 4]],
    ["the history of a model of unknown age", { kind: "after_days", days: 30 }, null, [1, 2, 3, 4]],
  ] as const)("leaves out %s", (_, rule, trainedAt, expected) => {
    expect([...seenItems(user, rule, { now: NOW, trainedAt })]).toEqual(expected);
  });
});
