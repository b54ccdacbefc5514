import { describe, expect, it } from "vitest";
import { ALGORITHM_PARAMS } from "#contract/algorithms.ts";
import { NO_TABLES } from "#engine/algorithms/needs-tables.ts";
import { expectedShape } from "#engine/scale/estimate/estimate-blocked-fit.ts";
import { blockedFitRefusal } from "#engine/scale/models/blocked-fits.ts";
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

const HOLDING = { hasTimes: true, isolateFileBytes: Number.POSITIVE_INFINITY };
const on = (report: unknown, budgetMb = 8000) => ({ ...HOLDING, report, tables: NO_TABLES, budgetMb });

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
    const sample = sampleOfSizes(past, HOLDING);
    expect(sample).toEqual({ users: 10_350, items: 27_000, interactions: 1_500_000 });
    expect(sampleOfSizes(LARGE, HOLDING)).toBeNull();
    expect(usersOfSample(past, HOLDING)).toEqual({ users: 10_350, of_users: 138_000 });
    expect(usersOfSample(null, HOLDING)).toBeNull();
    const { algorithms, leftOut } = fittingSearch(on(past), ["IALS", "SparseSLIM", "DegreeKNN"]);
    expect(algorithms).toEqual(["IALS", "DegreeKNN"]);
    const reason = expect.stringMatching(/^SparseSLIM needs all data in one isolate, because it regresses/);
    expect(leftOut).toEqual([{ algorithm: "SparseSLIM", reason }]);
    expect(memoryProblems(on(past), null)).toEqual({});
  });

  it("has sizes that all of the data can be trained with", () => {
    const wide = { ...past, items: 150_000 };
    const { algorithms, limits } = fittingSearch(on(wide), ["TruncatedSVD", "DegreeKNN"]);
    expect(algorithms).toEqual(["TruncatedSVD", "DegreeKNN"]);
    const whole = expectedShape({ ...wide, hasTimes: true });
    for (const [algorithm, param] of [
      ["TruncatedSVD", "n_components"],
      ["DegreeKNN", "top_k"],
    ] as const) {
      const high = limits[`${algorithm}.${param}`]?.high ?? 0;
      expect(blockedFitRefusal(algorithm, whole, { [param]: high })).toBeNull();
    }
    const widest = { ...past, users: 30_000, items: 1_900_000 };
    expect(memoryProblems(on(widest), ["TruncatedSVD"]).tried_algorithms_json).toHaveLength(1);
  });

  it("is of a sample where the data have more bytes than the setting, or the report says so", () => {
    const few = { ...HOLDING, isolateFileBytes: 100_000 };
    expect(sampleOfSizes(SMALL, few)).toEqual({ users: 70, items: 1700, interactions: 6_250 });
    expect(sampleOfSizes({ ...SMALL, held_bytes: 99_000 }, few)).toBeNull();
    expect(sampleOfSizes({ ...SMALL, held_bytes: 101_000 }, few)).not.toBeNull();
    expect(leftOutOf({ ...on(SMALL), ...few }, ["IALS", "SparseSLIM"])).toHaveLength(1);
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
    const conditions = { ...HOLDING, report: LARGE, hasTimes: false, tables: NO_TABLES, budgetMb: 8000 };
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
