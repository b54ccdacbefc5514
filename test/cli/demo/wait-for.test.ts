import { expect, it } from "vitest";
import { pauseAfter, waitFor } from "#cli/demo/wait-for.ts";

it("asks until the answer is wanted, and hands on each answer", async () => {
  const seen: number[] = [];
  let asked = 0;
  const answer = await waitFor(
    async () => ++asked,
    (count) => count === 3,
    (count) => seen.push(count),
  );
  expect([answer, asked, seen]).toEqual([3, 3, [1, 2, 3]]);
});

it("asks less often the longer it waits, and once a second at least", () => {
  expect([0, 1_500, 4_000, 10_000, 3_600_000].map(pauseAfter)).toEqual([150, 150, 400, 1_000, 1_000]);
});
