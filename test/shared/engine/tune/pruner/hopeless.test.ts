import { describe, expect, it } from "vitest";
import { isHopeless } from "#engine/tune/pruner/hopeless.ts";
import { trial } from "../objectives.ts";

const reports = (...values: number[]) => values.map((value, at) => ({ step: at + 1, value }));
const rival = [trial(0, {}, { reports: reports(0.1, 0.2, 0.3, 0.38, 0.4, 0.39) })];

describe("isHopeless", () => {
  it.each<[string, number[], boolean]>([
    ["stands still below the best", [0.2, 0.2, 0.2, 0.2, 0.2, 0.2], true],
    [
      "rises too slowly for the epochs that are left: .001 an epoch, 26 of them",
      [0.2, 0.25, 0.3, 0.301, 0.302, 0.303],
      true,
    ],
    ["rises fast enough for them: .004 an epoch", [0.2, 0.25, 0.3, 0.304, 0.308, 0.312], false],
    ["has only begun", [0.2, 0.2, 0.2, 0.2, 0.2], false],
    ["stands still near the best", [0.381, 0.381, 0.381, 0.381, 0.381, 0.381], false],
    ["was near the best before it fell", [0.1, 0.2, 0.39, 0.3, 0.2, 0.1], false],
    ["falls, far from the best", [0.1, 0.2, 0.3, 0.3, 0.2, 0.1], true],
    ["is no number any more, having been far from the best", [0.1, 0.1, 0.1, 0.1, 0.1, Number.NaN], true],
  ])("when a fit %s", (_what, values, expected) => {
    expect(isHopeless(reports(...values), rival, { maxEpochs: 32 })).toBe(expected);
  });

  it("counts epochs where only every second one is reported", () => {
    const every = (value: number, at: number) => ({ step: 2 * (at + 1), value });
    const own = [0.3, 0.304, 0.308, 0.312].map(every);
    expect(isHopeless(own, rival, { maxEpochs: 32 })).toBe(true);
    expect(isHopeless(own, rival, { maxEpochs: 64 })).toBe(false);
  });

  it("has no rival", () => {
    expect(isHopeless(reports(0, 0, 0, 0, 0, 0), [], { maxEpochs: 32 })).toBe(false);
  });
});
