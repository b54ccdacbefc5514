import { describe, expect, it } from "vitest";
import {
  fittingSearch,
  leftOutOf,
  memoryProblems,
  studiedAlgorithms,
} from "#services/tuning/fitting-search.ts";
import { studyPolicy } from "#services/tuning/study-policy.ts";
import { studySpec } from "../../jobs/study-fixture.ts";

const SMALL = { users: 900, items: 1700, interactions: 80_000 };
const LARGE = { users: 60_000, items: 80_000, interactions: 2_000_000 };

const on = (report: unknown, budgetMb = 8000) => ({ report, hasTimes: true, budgetMb });

describe("fittingSearch", () => {
  it("lowers the sizes of large data, so that studies suggest none that cannot be fitted", () => {
    const { algorithms, limits } = fittingSearch(on(LARGE), ["IALS", "EDLAE"]);
    expect(algorithms).toEqual(["IALS"]);
    const high = limits["IALS.n_components"]?.high as number;
    const spec = studySpec({ algorithms, limits, memoryBudgetMb: 8000 });
    for (let number = 0; number < 30; number++) {
      const trials = Array.from({ length: 20 }, (_, at) => ({
        number: at,
        task: { phase: "done" },
        configuration: {
          algorithm: "IALS",
          params: { n_components: 8 + at, alpha0: 0.01 * (at + 1), reg: 0.003 },
        },
        reports: [],
        outcome: { state: "COMPLETE", value: at, params: {}, metrics: {}, seconds: 1 },
      }));
      const suggested = studyPolicy.suggest(spec, trials as never, 20 + number);
      const isStart = suggested?.params.n_components === 128 || suggested?.params.n_components === 64;
      if (suggested && !isStart) expect(suggested.params.n_components).toBeLessThanOrEqual(high);
    }
  });

  it("leaves the search as it is for small data, or where there is no report", () => {
    const names = studiedAlgorithms(["IALSRecommender", "EDLAE", "no such"]);
    expect(names).toEqual(["IALS", "EDLAE"]);
    for (const report of [SMALL, null]) {
      expect(fittingSearch(on(report), names)).toEqual({ algorithms: names, limits: {}, leftOut: [] });
    }
  });
});

describe("memoryProblems", () => {
  it("names the field to change", () => {
    expect(memoryProblems(on(SMALL), null)).toEqual({});
    expect(memoryProblems(on(LARGE), null)).toEqual({});
    expect(memoryProblems(on(SMALL, 2), ["IALS"])).toEqual({
      memory_budget: [expect.stringMatching(/^IALS needs about \d+ MB .* and 2 MB are at hand\./)],
    });
    expect(memoryProblems(on(LARGE), ["EDLAE"])).toEqual({
      tried_algorithms_json: ["EDLAE takes 4096 items at most, not 80000."],
    });
    const tooLarge = { users: 1_000_000, items: 80_000, interactions: 20_000_000 };
    expect(memoryProblems(on(tooLarge), null)).toEqual({
      data: [expect.stringContaining("The data are most of it.")],
    });
  });
});

describe("leftOutOf", () => {
  it("names what is too large, what needs times, and what nobody knows", () => {
    const conditions = { report: LARGE, hasTimes: false, budgetMb: 8000 };
    expect(leftOutOf(conditions, ["IALS", "DenseSLIMRecommender", "Trending", "Nope"])).toEqual([
      { algorithm: "Nope", reason: '"Nope" is not a known algorithm.' },
      { algorithm: "Trending", reason: "Trending needs times, and the project has no time column." },
      { algorithm: "DenseSLIM", reason: "DenseSLIM takes 4096 items at most, not 80000." },
    ]);
    expect(leftOutOf({ ...conditions, hasTimes: true, report: SMALL }, ["Trending", "DenseSLIM"])).toEqual(
      [],
    );
  });
});
