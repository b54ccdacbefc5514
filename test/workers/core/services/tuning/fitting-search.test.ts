import { describe, expect, it } from "vitest";
import { ALGORITHM_PARAMS } from "#contract/algorithms.ts";
import { NO_TABLES } from "#engine/algorithms/needs-tables.ts";
import {
  fittingSearch,
  leftOutOf,
  memoryProblems,
  sampleOfSizes,
  studiedAlgorithms,
  usersOfSample,
} from "#services/tuning/fitting-search.ts";

const SMALL = { users: 900, items: 1700, interactions: 80_000 };
const LARGE = { users: 60_000, items: 80_000, interactions: 2_000_000 };

const on = (report: unknown, budgetMb = 8000) => ({ report, hasTimes: true, tables: NO_TABLES, budgetMb });

describe("fittingSearch", () => {
  it("lowers the sizes of large data", () => {
    const { algorithms, limits } = fittingSearch(on(LARGE), ["IALS", "EDLAE"]);
    expect(algorithms).toEqual(["IALS"]);
    const { high: usual } = ALGORITHM_PARAMS.IALS.n_components.search;
    expect(limits["IALS.n_components"]?.high).toBeLessThan(usual);
  });

  it("leaves the search as it is for small data, or where there is no report", () => {
    const names = studiedAlgorithms(["IALSRecommender", "EDLAE", "no such"], on(SMALL));
    expect(names).toEqual(["IALS", "EDLAE"]);
    for (const report of [SMALL, null]) {
      expect(fittingSearch(on(report), names)).toEqual({ algorithms: names, limits: {}, leftOut: [] });
    }
  });
});

describe("a search on data that no isolate holds", () => {
  const past = { users: 138_000, items: 27_000, interactions: 20_000_000 };

  it("has the sizes of a sample of the users, and algorithms alone that train on all", () => {
    const sample = sampleOfSizes(past, true);
    expect(sample).toEqual({ users: 10_350, items: 27_000, interactions: 1_500_000 });
    expect(sampleOfSizes(LARGE, true)).toBeNull();
    expect(usersOfSample(past, true)).toEqual({ users: 10_350, of_users: 138_000 });
    expect(usersOfSample(null, true)).toBeNull();
    const { algorithms, leftOut } = fittingSearch(on(past), ["IALS", "SparseSLIM", "DegreeKNN"]);
    expect(algorithms).toEqual(["IALS", "DegreeKNN"]);
    expect(leftOut).toEqual([
      {
        algorithm: "SparseSLIM",
        reason: "SparseSLIM needs all data in one isolate, which does not hold them.",
      },
    ]);
    expect(memoryProblems(on(past), null)).toEqual({});
  });
});

describe("memoryProblems", () => {
  it("names the field to change", () => {
    expect(memoryProblems(on(SMALL), null)).toEqual({});
    expect(memoryProblems(on(LARGE), null)).toEqual({});
    expect(memoryProblems(on(SMALL, 2), ["IALS"])).toEqual({
      memory_budget: [expect.stringMatching(/^IALS needs about \d+ MB .* and 2 MB are available\./)],
    });
    expect(memoryProblems(on(LARGE), ["EDLAE"])).toEqual({
      tried_algorithms_json: ["EDLAE takes 4096 items at most, not 80000."],
    });
    const tooLarge = { users: 2_300_000, items: 80_000, interactions: 1_500_000 };
    expect(memoryProblems(on(tooLarge), null)).toEqual({
      data: [expect.stringContaining("The data need most of it.")],
    });
  });
});

describe("a search without tables of properties", () => {
  it("leaves out what reads them, and says what to upload", () => {
    const reason = "FeatureIALS needs item metadata or user metadata, and the project has none.";
    const left = [{ algorithm: "FeatureIALS", reason: expect.stringContaining(reason) }];
    expect(leftOutOf(on(SMALL), ["IALS", "FeatureIALS"])).toEqual(left);
    expect(memoryProblems(on(SMALL), ["FeatureIALS"])).toEqual({
      tried_algorithms_json: [expect.stringContaining(reason)],
    });
    expect(studiedAlgorithms(null, on(SMALL))).not.toContain("FeatureIALS");
  });

  it.each([
    { items: true, users: false, vectors: false },
    { items: false, users: true, vectors: false },
  ])("tries it where there is one: %j", (tables) => {
    const conditions = { ...on(SMALL), tables };
    expect(studiedAlgorithms(null, conditions)).toContain("FeatureIALS");
    expect(memoryProblems(conditions, ["FeatureIALS"])).toEqual({});
  });
});

describe("a search without vectors of items", () => {
  it("leaves out what reads them, and says how a table has some", () => {
    const conditions = { ...on(SMALL), tables: { items: true, users: true, vectors: false } };
    const reason =
      "Embedding needs a column of vectors in its item metadata, and the project has none. Upload a table of items";
    const left = [{ algorithm: "Embedding", reason: expect.stringContaining(reason) }];
    expect(leftOutOf(conditions, ["IALS", "Embedding"])).toEqual(left);
    expect(studiedAlgorithms(null, conditions)).not.toContain("Embedding");
    const able = { ...conditions, tables: { items: true, users: true, vectors: true } };
    expect(leftOutOf(able, ["IALS", "Embedding"])).toEqual([]);
    expect(studiedAlgorithms(null, able)).toContain("Embedding");
  });
});

describe("leftOutOf", () => {
  it("names algorithms that are too large, need times, or are unknown", () => {
    const conditions = { report: LARGE, hasTimes: false, tables: NO_TABLES, budgetMb: 8000 };
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
