import { describe, expect, it } from "vitest";
import {
  bestOf,
  type FinishedTrial,
  type StudyPlan,
  shouldStopTrial,
  type TrialAssignment,
  type TrialResult,
} from "#engine/tune/plan/study.ts";
import { runStudy, type StudyEffects } from "#engine/tune/run-study.ts";

const plan: StudyPlan = {
  algorithms: ["IALS", "CosineKNN", "TopPop"],
  trialCount: 24,
  seed: 5,
  pruner: "median",
  jobs: 1,
};

/** A value that depends on the configuration alone: IALS is best near alpha0 0.02. */
function scoreOf({ algorithm, params }: TrialAssignment): number {
  if (algorithm === "IALS") return 1 - Math.abs(Math.log10(Number(params.alpha0) / 0.02)) / 3;
  return algorithm === "CosineKNN" ? 0.4 + Number(params.top_k) / 10_000 : 0.1;
}

const resultOf = (assignment: TrialAssignment): TrialResult => ({
  state: "COMPLETE",
  params: assignment.params,
  value: scoreOf(assignment),
  metrics: {},
  reports: [],
  seconds: 0.1,
});

/** Effects whose trials take a given number of turns of the event loop. */
function effects(overrides: Partial<StudyEffects> = {}, turnsOf: (number: number) => number = () => 0) {
  const finished: FinishedTrial[] = [];
  let running = 0;
  let mostRunning = 0;
  const all: StudyEffects = {
    async run(assignment) {
      mostRunning = Math.max(mostRunning, ++running);
      for (let turn = turnsOf(assignment.number); turn > 0; turn--) await new Promise(setImmediate);
      running--;
      return resultOf(assignment);
    },
    isTimeUp: () => false,
    onFinished: (trial) => finished.push(trial),
    ...overrides,
  };
  return { all, finished, mostRunning: () => mostRunning };
}

const configurations = (trials: readonly FinishedTrial[]) =>
  trials.map(({ number, algorithm, suggested }) => ({ number, algorithm, suggested }));

describe("runStudy", () => {
  it("runs the given number of trials, each with another configuration, and finds the good one", async () => {
    const { all, finished } = effects();
    const { trials, best, end } = await runStudy(plan, all);
    expect(trials.map(({ number }) => number)).toEqual([...Array(24).keys()]);
    expect(finished).toEqual(trials);
    expect(new Set(trials.map((trial) => JSON.stringify([trial.algorithm, trial.suggested]))).size).toBe(24);
    expect(best?.algorithm).toBe("IALS");
    expect(best?.value).toBe(Math.max(...trials.map(({ value }) => value ?? 0)));
    expect(end).toBe("trials");
  });

  it.each([1, 2, 4])("tries the same configurations with %i jobs, however fast trials are", async (jobs) => {
    const slow = await runStudy({ ...plan, jobs }, effects({}, (number) => (number * 7) % 5).all);
    const fast = await runStudy({ ...plan, jobs }, effects().all);
    expect(configurations(slow.trials)).toEqual(configurations(fast.trials));
  });

  it("keeps as many trials going as there are jobs", async () => {
    const { all, mostRunning } = effects({}, () => 2);
    await runStudy({ ...plan, jobs: 3 }, all);
    expect(mostRunning()).toBe(3);
  });

  it.each([1, 3])("continues after an interruption to the same end, with %i jobs", async (jobs) => {
    const whole = await runStudy({ ...plan, jobs }, effects().all);
    // Trial 9 was still running when trial 10 had finished and the machine stopped.
    const earlier = whole.trials.filter(({ number }) => number < 9 || (jobs > 1 && number === 10));
    const run: number[] = [];
    const { all } = effects({
      async run(assignment) {
        run.push(assignment.number);
        return resultOf(assignment);
      },
    });
    const resumed = await runStudy({ ...plan, jobs }, all, earlier);
    expect(configurations(resumed.trials)).toEqual(configurations(whole.trials));
    expect(run).not.toContain(earlier.at(-1)?.number);
    expect(run).toHaveLength(24 - earlier.length);
  });

  it("gives each algorithm no more trials than its budget, and ends when all are used up", async () => {
    const budgets = { IALS: 5, CosineKNN: 3 };
    const { trials, end } = await runStudy({ ...plan, budgets }, effects().all);
    const countOf = (name: string) => trials.filter(({ algorithm }) => algorithm === name).length;
    // Popularity has one configuration.
    expect([countOf("IALS"), countOf("CosineKNN"), countOf("TopPop")]).toEqual([5, 3, 1]);
    expect(end).toBe("space");
  });

  it("starts nothing after the time limit, and forgets abandoned trials", async () => {
    let asked = 0;
    const late = await runStudy(plan, effects({ isTimeUp: () => ++asked > 6 }).all);
    expect(late).toMatchObject({ end: "time", trials: { length: 6 } });
    const run: StudyEffects["run"] = async (assignment) =>
      assignment.number === 3 ? null : resultOf(assignment);
    const abandoned = await runStudy(plan, effects({ run }).all);
    expect(abandoned).toMatchObject({ end: "time", trials: { length: 3 } });
  });

  it("ends with the first error, and handles the later ones", async () => {
    const run: StudyEffects["run"] = async ({ number }) => {
      await new Promise(setImmediate);
      throw new Error(`trial ${number} broke`);
    };
    await expect(runStudy({ ...plan, jobs: 3 }, effects({ run }).all)).rejects.toThrow("trial 0 broke");
    await new Promise(setImmediate);
  });

  it("never prefers a failed or pruned trial", async () => {
    const states = ["FAILED", "PRUNED", "COMPLETE"] as const;
    const trials = states.map((state, number) => ({
      ...resultOf({ number, algorithm: "TopPop", params: {}, history: [] }),
      ...{
        number,
        state,
        algorithm: "TopPop" as const,
        suggested: {},
        value: state === "COMPLETE" ? 0.1 : 9,
      },
    }));
    expect(bestOf(trials)?.number).toBe(2);
    expect(bestOf(trials.slice(0, 2))).toBeNull();
  });
});

describe("shouldStopTrial", () => {
  const history = Array.from({ length: 6 }, (_, number) => ({
    number,
    state: "COMPLETE" as const,
    params: {},
    value: 0.5,
    reports: [1, 2, 3, 4, 5, 6].map((step) => ({ step, value: 0.5 })),
  }));
  const poor = (epochs: number) => Array.from({ length: epochs }, (_, at) => ({ step: at + 1, value: 0.1 }));

  it.each([
    ["median", "IALS", 5, false],
    ["median", "IALS", 6, true],
    ["median", "BPR", 6, false],
    ["none", "IALS", 6, false],
  ] as const)("by %s for %s after %i poor epochs: %s", (pruner, algorithm, epochs, expected) => {
    const assignment = { number: 6, algorithm, history };
    expect(shouldStopTrial({ pruner, seed: 1 }, assignment, poor(epochs))).toBe(expected);
  });

  it("stops a hopeless fit under the median rule, before there is a median", () => {
    const behind = Array.from({ length: 6 }, (_, at) => ({ step: at + 1, value: 0.4 }));
    const assignment = { number: 6, algorithm: "IALS" as const, history: history.slice(0, 1) };
    expect(shouldStopTrial({ pruner: "median", seed: 1 }, assignment, behind)).toBe(true);
    expect(shouldStopTrial({ pruner: "median", seed: 1 }, assignment, behind.slice(0, 5))).toBe(false);
  });
});
