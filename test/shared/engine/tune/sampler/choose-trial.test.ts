import { describe, expect, it } from "vitest";
import { STARTING_POINTS } from "#contract/algorithms.ts";
import { type ChooseOptions, chooseTrial, type Ladders } from "#engine/tune/sampler/choose-trial.ts";
import { toConfiguration } from "#engine/tune/sampler/search-space.ts";
import type { TrialParams, TrialRecord } from "#engine/tune/trial/trial.ts";

const alphaOf = (params: TrialParams) => Number(params["IALS.alpha0"]);

/** Runs a study of iALS alone that is best at alpha0 .04. */
function study(trials: number, options: Partial<ChooseOptions> = {}): TrialRecord[] {
  const history: TrialRecord[] = [];
  for (let number = 0; number < trials; number++) {
    const params = chooseTrial(["IALS"], history, { seed: 3, trialNumber: number, ...options });
    if (params === null) break;
    const value = 1 - Math.abs(Math.log10(alphaOf(params) / 0.04)) / 3;
    history.push({ number, state: "COMPLETE", params, value, reports: [] });
  }
  return history;
}

describe("chooseTrial", () => {
  it("begins with the starting points, or with those that it is given", () => {
    expect(toConfiguration(study(1)[0]?.params ?? {}).params).toEqual(STARTING_POINTS.IALS[0]);
    const start = { n_components: 12, alpha0: 0.2, reg: 0.03 };
    const [first, second] = study(2, { starts: { IALS: [start] } });
    expect(toConfiguration(first?.params ?? {}).params).toEqual(start);
    expect(second?.params["IALS.n_components"]).not.toBe(12);
  });

  it("begins no larger than memory allows", () => {
    const limits = { "IALS.n_components": { high: 40 } };
    const [first] = study(1, { limits });
    expect(toConfiguration(first?.params ?? {}).params).toEqual({
      ...STARTING_POINTS.IALS[0],
      n_components: 40,
    });
    for (const { params } of study(6, { limits })) {
      expect(params["IALS.n_components"]).toBeLessThanOrEqual(40);
    }
  });

  it("comes near the optimum within a few trials", () => {
    const best = Math.max(...study(14).map(({ value }) => value ?? 0));
    expect(best).toBeGreaterThan(0.97);
  });

  it("searches the given ranges instead of the usual ones", () => {
    const ranges = { "IALS.alpha0": { low: 20, high: 30 } };
    const history = study(8, { ranges, starts: { IALS: [] } });
    for (const { params } of history) {
      expect(alphaOf(params)).toBeGreaterThanOrEqual(20);
      expect(alphaOf(params)).toBeLessThanOrEqual(30);
    }
  });

  it("climbs a ladder: low trials, then the best of them high, then others high", () => {
    const ladders: Ladders = {
      IALS: { param: "n_components", low: 16, high: 200, lowTrials: 6, shifts: { reg: 2 } },
    };
    const starts = { IALS: [{ n_components: 16, alpha0: 0.3, reg: 0.01 }] };
    const history = study(10, { ladders, starts });
    const components = history.map(({ params }) => params["IALS.n_components"]);
    expect(components).toEqual([16, 16, 16, 16, 16, 16, 200, 200, 200, 200]);
    const [best] = history.slice(0, 6).sort((a, b) => Number(b.value) - Number(a.value));
    const reg = 2 * Number(best?.params["IALS.reg"]);
    expect(history[6]?.params).toEqual({ ...best?.params, "IALS.n_components": 200, "IALS.reg": reg });
  });

  it("shifts at the high rung what it learned at the low one", () => {
    const history: TrialRecord[] = [];
    const ladders: Ladders = {
      IALS: { param: "n_components", low: 16, high: 200, lowTrials: 9, shifts: { alpha0: 0.5 } },
    };
    for (let trialNumber = 0; trialNumber < 12; trialNumber++) {
      const options = { seed: 3, trialNumber, ladders, starts: { IALS: [] } };
      const params = chooseTrial(["IALS"], history, options) ?? {};
      // Best at .04 with few factors, at .02 with many, where all values are twice as high.
      const isAbove = params["IALS.n_components"] === 200;
      const distance = Math.abs(Math.log10(alphaOf(params) / (isAbove ? 0.02 : 0.04)));
      const value = (isAbove ? 2 : 1) * (1 - distance / 3);
      history.push({ number: trialNumber, state: "COMPLETE", params, value, reports: [] });
    }
    expect(Math.max(...history.slice(9).map(({ value }) => value ?? 0))).toBeGreaterThan(1.95);
  });

  it("keeps algorithms at the same share of their budgets, and continues when one has nothing left to try", () => {
    const history: TrialRecord[] = [];
    const budgets = { IALS: 8, DenseSLIM: 4, TopPop: 3 };
    const starts = { IALS: [], DenseSLIM: [] };
    for (let trialNumber = 0; trialNumber < 20; trialNumber++) {
      const params = chooseTrial(["IALS", "DenseSLIM", "TopPop"], history, {
        ...{ seed: 1, trialNumber, budgets, starts },
      });
      if (params === null) break;
      history.push({ number: trialNumber, state: "COMPLETE", params, value: trialNumber, reports: [] });
    }
    const countIn = (trials: readonly TrialRecord[], name: string) =>
      trials.filter(({ params }) => params.algorithm === name).length;
    expect(countIn(history.slice(0, 7), "IALS")).toBe(4);
    expect(countIn(history.slice(0, 7), "DenseSLIM")).toBe(2);
    expect(["IALS", "DenseSLIM", "TopPop"].map((name) => countIn(history, name))).toEqual([8, 4, 1]);
  });

  describe("that follows the lead", () => {
    const names = ["TwoSidedKNN", "SequenceRules", "RepeatedItems"] as const;

    /** A study in which each algorithm has one value, whatever its parameters. */
    function led(values: Readonly<Record<string, number>>): string[] {
      const history: TrialRecord[] = [];
      const budgets = { TwoSidedKNN: 9, SequenceRules: 4, RepeatedItems: 3 };
      for (let number = 0; number < 30; number++) {
        const options = { seed: 1, trialNumber: number, budgets, followsLead: true };
        const params = chooseTrial(names, history, options);
        if (params === null) break;
        history.push({
          ...{ number, state: "COMPLETE", params, reports: [] },
          value: values[params.algorithm as string] ?? null,
        });
      }
      return history.map(({ params }) => params.algorithm as string);
    }
    const countIn = (chosen: readonly string[], name: string) =>
      chosen.filter((other) => other === name).length;

    it("gives most trials to the best algorithm, beyond its budget, and none to the hopeless after the first", () => {
      const chosen = led({ TwoSidedKNN: 0.36, SequenceRules: 0.46, RepeatedItems: 0.18 });
      expect(chosen).toHaveLength(30);
      expect(countIn(chosen, "RepeatedItems")).toBe(1);
      expect(countIn(chosen, "SequenceRules")).toBeGreaterThan(18);
      expect(countIn(chosen, "TwoSidedKNN")).toBeGreaterThanOrEqual(STARTING_POINTS.TwoSidedKNN.length);
    });

    it("keeps to the budgets' shares where all are equally good, or all are worthless", () => {
      for (const value of [0.4, 0]) {
        const chosen = led({ TwoSidedKNN: value, SequenceRules: value, RepeatedItems: value });
        expect(countIn(chosen, "TwoSidedKNN") / chosen.length).toBeCloseTo(9 / 16, 1);
        expect(countIn(chosen, "RepeatedItems") / chosen.length).toBeCloseTo(3 / 16, 1);
      }
    });
  });
});
