import { describe, expect, it } from "vitest";
import { buildSearchSpace } from "#engine/tune/sampler/search-space.ts";
import { suggest } from "#engine/tune/sampler/tpe.ts";
import type { TrialParams, TrialRecord } from "#engine/tune/trial/trial.ts";
import { bestOf, choice, float, int, logFloat, median, type Objective, study, trial } from "../objectives.ts";

const bowl: Objective = {
  space: [float("x", -5, 5), float("y", -5, 5), logFloat("reg", 1e-6, 1)],
  evaluate: ({ x, y, reg }) =>
    (Number(x) - 2) ** 2 + (Number(y) + 1) ** 2 + (Math.log10(Number(reg)) + 3) ** 2,
};

const zoo: Objective = {
  space: [
    choice("algorithm", ["A", "B", "C"]),
    float("A.x", 0, 1, { param: "algorithm", equals: "A" }),
    int("B.k", 1, 4, { param: "algorithm", equals: "B" }),
  ],
  evaluate: ({ algorithm, "A.x": x, "B.k": k }) => {
    if (algorithm === "A") return Math.abs(Number(x) - 0.3);
    return algorithm === "B" ? Number(k) : -5;
  },
};

const keyOf = (params: TrialParams) => JSON.stringify(params);

describe("suggest", () => {
  it("beats random search on a bowl", () => {
    const bests = (sampler: "tpe" | "random") =>
      Array.from({ length: 15 }, (_, seed) => bestOf(study(bowl, { trials: 60, seed, sampler })));
    expect(median(bests("tpe"))).toBeLessThan(median(bests("random")) / 2);
  });

  it("repeats a study for a seed, and changes it with the seed", () => {
    const params = (seed: number) => study(zoo, { trials: 30, seed }).map((record) => record.params);
    expect(params(1)).toEqual(params(1));
    expect(params(1)).not.toEqual(params(2));
  });

  it("depends on the history as a set, not on the order of the array", () => {
    const history = study(bowl, { trials: 25, seed: 3 });
    const options = { seed: 3, trialNumber: 25, direction: "minimize" } as const;
    expect(suggest(bowl.space, history.toReversed(), options)).toEqual(suggest(bowl.space, history, options));
  });

  it("draws the first ten finished trials at random, whatever their values", () => {
    const history = study(bowl, { trials: 9, seed: 4 });
    const worthless = history.map((record) => ({ ...record, value: 0 }));
    const options = { seed: 4, trialNumber: 9, direction: "minimize" } as const;
    expect(suggest(bowl.space, worthless, options)).toEqual(suggest(bowl.space, history, options));
  });

  it("gives a parameter exactly when its condition holds, within its range", () => {
    for (const { params } of study(zoo, { trials: 40, seed: 5 })) {
      const names = Object.keys(params).sort();
      if (params.algorithm === "A") expect(names).toEqual(["A.x", "algorithm"]);
      if (params.algorithm === "B") expect(names).toEqual(["B.k", "algorithm"]);
      if (params.algorithm === "C") expect(names).toEqual(["algorithm"]);
      if (params.algorithm === "B") expect([1, 2, 3, 4]).toContain(params["B.k"]);
    }
  });

  it("never repeats a configuration: one trial without parameters, four of a whole number from 1 to 4", () => {
    for (let seed = 0; seed < 5; seed++) {
      const params = study(zoo, { trials: 60, seed }).map((record) => record.params);
      const count = (algorithm: string) => params.filter((each) => each.algorithm === algorithm).length;
      expect(new Set(params.map(keyOf)).size).toBe(60);
      expect(count("C")).toBe(1);
      expect(count("B")).toBeLessThanOrEqual(4);
    }
  });

  it("does not repeat a configuration that is running or failed either", () => {
    const history: TrialRecord[] = [
      trial(0, { algorithm: "A" }, { state: "RUNNING", value: null }),
      trial(1, { algorithm: "B" }, { state: "FAILED", value: null }),
    ];
    const space = [choice("algorithm", ["A", "B", "C"])];
    const next = suggest(space, history, { seed: 1, trialNumber: 2, direction: "maximize" });
    expect(next).toEqual({ algorithm: "C" });
  });

  it("suggests nothing once the space is used up", () => {
    const space = [choice("algorithm", ["A"]), int("A.k", 1, 3, { param: "algorithm", equals: "A" })];
    expect(study({ space, evaluate: () => 0 }, { trials: 10, seed: 1 })).toHaveLength(3);
  });

  it("does not choose a value that has no range", () => {
    const space = [float("x", 2, 2), float("y", 0, 1)];
    const history = study({ space, evaluate: ({ y }) => Number(y) }, { trials: 15, seed: 1 });
    expect(new Set(history.map(({ params }) => params.x))).toEqual(new Set([2]));
  });

  it("reverses with the direction", () => {
    const history = study({ ...bowl, evaluate: ({ x }) => Number(x) }, { trials: 30, seed: 6 });
    const mean = (direction: "minimize" | "maximize") => {
      const draws = Array.from({ length: 20 }, (_, at) =>
        Number(suggest(bowl.space, history, { seed: at, trialNumber: 30, direction })?.x),
      );
      return draws.reduce((sum, x) => sum + x, 0) / draws.length;
    };
    expect(mean("minimize")).toBeLessThan(-3);
    expect(mean("maximize")).toBeGreaterThan(3);
  });

  it("ranks pruned trials after complete ones, those that came farther first, and ignores running and failed ones", () => {
    // Only trials with x > 4 are complete; the others are pruned and report far better values.
    const records = Array.from({ length: 20 }, (_, number) => {
      const x = number < 4 ? 4.5 + number / 10 : -5 + number / 10;
      const pruned = { state: "PRUNED", value: -100, reports: [{ step: 1, value: -100 }] } as const;
      return trial(number, { x }, number < 4 ? { value: 1 } : pruned);
    });
    const idle = Array.from({ length: 50 }, (_, at) =>
      trial(20 + at, { x: -4 }, { state: at % 2 === 0 ? "RUNNING" : "FAILED", value: -1000 }),
    );
    const space = [float("x", -5, 5)];
    const draws = Array.from({ length: 20 }, (_, seed) =>
      Number(suggest(space, [...records, ...idle], { seed, trialNumber: 70, direction: "minimize" })?.x),
    );
    // 15 % of 20 is 3: the best are three of the complete trials.
    expect(draws.filter((x) => x > 3).length).toBeGreaterThanOrEqual(18);
  });

  it("estimates the parameters of an algorithm from its own trials alone", () => {
    // A is always better than B; within B, x = 0.9 is best. A sampler that ranks all trials together never sees a good B.
    const space = zoo.space
      .filter(({ name }) => name !== "B.k")
      .concat(float("B.x", 0, 1, { param: "algorithm", equals: "B" }));
    const history = Array.from({ length: 60 }, (_, number) => {
      const x = (number % 30) / 30;
      return number < 30
        ? trial(number, { algorithm: "A", "A.x": x }, { value: 0 })
        : trial(number, { algorithm: "B", "B.x": x }, { value: 10 + Math.abs(x - 0.9) });
    });
    const onlyB = space.map((param) => (param.name === "algorithm" ? choice("algorithm", ["B"]) : param));
    const draws = Array.from({ length: 20 }, (_, seed) =>
      Number(suggest(onlyB, history, { seed, trialNumber: 60, direction: "minimize" })?.["B.x"]),
    );
    expect(draws.filter((x) => x > 0.7).length).toBeGreaterThanOrEqual(15);
  });

  it("tries every default algorithm and prefixes its parameters", () => {
    const space = buildSearchSpace(["IALS", "CosineKNN", "TopPop"]);
    const history = study({ space, evaluate: () => 0 }, { trials: 20, seed: 1 });
    const algorithms = history.map(({ params }) => params.algorithm);
    expect(new Set(algorithms)).toEqual(new Set(["IALS", "CosineKNN", "TopPop"]));
    expect(algorithms.filter((algorithm) => algorithm === "TopPop")).toHaveLength(1);
  });
});
