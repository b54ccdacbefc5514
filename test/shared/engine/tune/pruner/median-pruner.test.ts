import { describe, expect, it } from "vitest";
import { pruneByMedian, shouldPrune } from "#engine/tune/pruner/median-pruner.ts";
import { trial } from "../objectives.ts";

const reports = (...values: number[]) => values.map((value, at) => ({ step: at + 1, value }));
/** Five complete trials that reported 1 … 5 tenths at step 1 and 2 … 6 tenths at step 2. */
const five = [1, 2, 3, 4, 5].map((tenths, number) =>
  trial(number, {}, { reports: reports(tenths / 10, (tenths + 1) / 10) }),
);

describe("shouldPrune", () => {
  it.each<[string, ReturnType<typeof reports>, typeof five, boolean]>([
    ["nothing was reported yet", [], five, false],
    ["only four trials are complete", reports(0), five.slice(1), false],
    [
      "pruned trials do not count as complete",
      reports(0),
      [...five.slice(1), trial(5, {}, { state: "PRUNED" })],
      false,
    ],
    ["it is worse than the median 0.3", reports(0.29), five, true],
    ["it equals the median", reports(0.3), five, false],
    ["its best so far is above the median 0.4 of step 2", reports(0.45, 0.1), five, false],
    ["its best so far is below the median 0.4 of step 2", reports(0.35, 0.39), five, true],
    ["nobody came as far as step 3", reports(0, 0, 0), five, false],
    ["all it reported is no number", reports(Number.NaN), five, true],
    [
      "between two middle values: 0.25 of 0.1 … 0.4 with one trial that is no number",
      reports(0.24),
      [...five.slice(0, 4), trial(4, {}, { reports: reports(Number.NaN) })],
      true,
    ],
  ])("when %s", (_when, reported, history, expected) => {
    expect(shouldPrune(reported, history, "maximize")).toBe(expected);
  });

  it("reverses when smaller is better", () => {
    expect(shouldPrune(reports(0.31), five, "minimize")).toBe(true);
    expect(shouldPrune(reports(0.29), five, "minimize")).toBe(false);
  });
});

describe("pruneByMedian", () => {
  const flat = (value: number, epochs: number) => reports(...new Array<number>(epochs).fill(value));
  const one = [trial(0, {}, { reports: flat(0.5, 8) })];

  it.each([
    ["is far behind the only other trial", flat(0.2, 6), one, true],
    ["is far behind, but only just begun", flat(0.2, 5), one, false],
    ["is behind the only other trial", flat(0.4, 6), one, false],
    ["was near the best before", reports(0.45, 0.1, 0.1, 0.1, 0.1, 0.1), one, false],
    ["has no rival", flat(0.2, 6), [trial(0, {}, { reports: [] })], false],
  ])("when it %s", (_when, reported, history, expected) => {
    expect(pruneByMedian(reported, history)).toBe(expected);
  });
});
