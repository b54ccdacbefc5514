import { describe, expect, it } from "vitest";
import { bestFinalist } from "#cli/tune/finalists.ts";
import type { TrialContext } from "#cli/tune/trial-work.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import type { FinishedTrial, StudyPlan } from "#engine/tune/plan/study.ts";
import { matrixOf } from "../../shared/engine/split/matrix-factory.ts";

/** Ten users are measured: eight go on with item 2, which is next by any model, two with item 4, which nobody knows. */
const users = Array.from({ length: 10 }, (_, user) => user);
const train = matrixOf([...users.map((user) => (user < 2 ? [0, 1, 2] : [0, 1])), [0, 1, 2, 3]], 5);
const validation = matrixOf([...users.map((user) => (user < 2 ? [4] : [2])), []], 5);

const context: TrialContext = {
  split: { train, validation },
  users: new Uint32Array([0]),
  watchedUsers: null,
  ...{ metric: "ndcg", cutoff: 1, seed: 1, pruner: "none", deadline: null },
};
const plan: StudyPlan = {
  ...{
    algorithms: ["CosineKNN", "TopPop"],
    trialCount: 2,
    seed: 1,
    pruner: "none",
    jobs: 1,
    isSampled: true,
  },
};
const trial = (number: number, algorithm: "TopPop" | "CosineKNN", value: number): FinishedTrial => ({
  ...{ number, algorithm, value, state: "COMPLETE", params: {}, suggested: {} },
  ...{ metrics: {}, reports: [], seconds: 0 },
});
const progress = { stage: () => {}, update: () => {}, done: () => {} };
const rest = { context, kept: null, deadline: null, kernels: createScalarKernels(), progress };

describe("bestFinalist", () => {
  const trials = [trial(0, "TopPop", 0.5), trial(1, "CosineKNN", 0.49), trial(2, "CosineKNN", 0.3)];

  it("measures trials near the best on all users instead of the sample", () => {
    const best = bestFinalist({ ...rest, plan, trials });
    expect([0, 1]).toContain(best?.number);
    // Eight of ten users go on with the item that both models put first.
    expect(best?.value).toBeCloseTo(0.8, 6);
  });

  it("measures nothing where trials saw all users, where one is far ahead, or where time is up", () => {
    expect(bestFinalist({ ...rest, plan: { ...plan, isSampled: false }, trials })).toBeNull();
    expect(bestFinalist({ ...rest, plan, trials: [trial(0, "TopPop", 0.9), ...trials.slice(1)] })).toBeNull();
    expect(bestFinalist({ ...rest, plan, trials, deadline: 0 })).toBeNull();
  });
});
