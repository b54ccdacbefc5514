import { describe, expect, it } from "vitest";
import type { TrialAssignment } from "#engine/tune/plan/study.ts";
import { pruneByMedian } from "#engine/tune/pruner/median-pruner.ts";
import { pruningRivals } from "#engine/tune/pruner/pruning-rivals.ts";
import { runStudy } from "#engine/tune/run-study.ts";
import { trial } from "../objectives.ts";

const reports = (value: number) =>
  Array.from({ length: 32 }, (_, at) => ({ step: at + 1, value: value * (1 - 1 / (at + 2)) }));

describe("pruningRivals", () => {
  const many = Array.from({ length: 900 }, (_, number) => {
    const value = number === 17 ? 1 : 0.3 + (number % 10) / 100;
    return trial(number, { algorithm: "IALS" }, { value, reports: reports(value) });
  });

  it("are all while they are few, then a bounded number with the newest and the best of all", () => {
    expect(pruningRivals(many.slice(0, 200))).toEqual(many.slice(0, 200));
    const rivals = pruningRivals(many);
    expect(rivals).toHaveLength(200);
    expect(rivals.slice(-150)).toEqual(many.slice(-150));
    expect(rivals).toContain(many[17]);
  });

  it.each([0.2, 0.33, 0.36, 0.9])("lead to the same verdict as all trials, for a fit of %f", (value) => {
    const own = reports(value).slice(0, 8);
    expect(pruneByMedian(own, pruningRivals(many))).toBe(pruneByMedian(own, many));
  });
});

describe("runStudy", () => {
  it("sends with a trial only what it is compared with: nothing where nothing is reported, 200 at most elsewhere", async () => {
    const sent: TrialAssignment[] = [];
    await runStudy(
      { algorithms: ["IALS", "TopPop"], trialCount: 230, seed: 1, pruner: "median", jobs: 2 },
      {
        async run(assignment) {
          sent.push(assignment);
          const { params, algorithm } = assignment;
          const value = 0.3 + (assignment.number % 7) / 100;
          const own = algorithm === "IALS" ? reports(value) : [];
          return { state: "COMPLETE", params, value, metrics: {}, reports: own, seconds: 0 };
        },
        isTimeUp: () => false,
        onFinished: () => undefined,
      },
    );
    const most = (name: string) =>
      Math.max(...sent.filter(({ algorithm }) => algorithm === name).map(({ history }) => history.length));
    expect([most("TopPop"), most("IALS")]).toEqual([0, 200]);
  });
});
