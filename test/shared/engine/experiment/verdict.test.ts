import { expect, it } from "vitest";
import { type Findings, verdictOf } from "#engine/experiment/verdict.ts";

const verdict = (findings: Partial<Findings>) =>
  verdictOf({ sampleRatioP: 0.5, interval: null, hasEnded: false, mayDecideEarly: true, ...findings });
const better = { low: 0.1, high: 0.3 };
const worse = { low: -0.3, high: -0.1 };
const unclear = { low: -0.1, high: 0.1 };

it("trusts no figure of a test that has lost people", () => {
  expect(verdict({ sampleRatioP: 0.0009, interval: better, hasEnded: true })).toBe("mismatch");
  expect(verdict({ sampleRatioP: null, interval: better })).toBe("better");
});

it("decides early only by a method that allows it", () => {
  const asked = [better, worse, unclear].map((interval) => [
    verdict({ interval }),
    verdict({ interval, mayDecideEarly: false }),
    verdict({ interval, mayDecideEarly: false, hasEnded: true }),
  ]);
  expect(asked).toEqual([
    ["better", "undecided", "better"],
    ["worse", "undecided", "worse"],
    ["undecided", "undecided", "no_difference"],
  ]);
  expect(verdict({ hasEnded: true })).toBe("too_early");
});
