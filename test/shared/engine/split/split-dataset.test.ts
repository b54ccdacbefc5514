import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { defaultScheme, type SplitConfig, type SplitInput } from "#engine/split/split-config.ts";
import { type Split, splitDataset, splitInSteps } from "#engine/split/split-dataset.ts";
import { matrixOf, randomMatrix, rowsOf } from "./matrix-factory.ts";

function config(overrides: Partial<SplitConfig> = {}): SplitConfig {
  return {
    scheme: "RG",
    heldout_ratio: 0.2,
    n_heldout: null,
    test_user_ratio: 1,
    n_test_users: null,
    ...overrides,
  };
}

/** 200 users with up to 30 of 60 items, at random times, many of them equal. */
function randomDataset(seed = 1): SplitInput & { times: Float64Array } {
  const userItems = randomMatrix(200, 60, 30, seed);
  const random = createRandom(seed + 1);
  return { userItems, times: Float64Array.from(userItems.indices, () => 1000 * random.below(500)) };
}

/** One user per row, items in order of time, all at different times; user 0 first. */
function ordered(rows: number[][], columnCount: number): SplitInput {
  const userItems = matrixOf(rows, columnCount);
  return { userItems, times: Float64Array.from(userItems.indices, (_, entry) => 1_000 + entry) };
}

const parts = ({ train, validation, test }: Split) => [train, validation, test].map(rowsOf);

describe("splitDataset", () => {
  it.each(["RG", "TU", "TG"] as const)("%s puts every entry into exactly one part", (scheme) => {
    const dataset = randomDataset();
    const split = splitDataset(dataset, config({ scheme }), 3);
    const [train, validation, test] = parts(split);
    const together = rowsOf(dataset.userItems).map((_, user) =>
      [train, validation, test].flatMap((part) => part?.[user] ?? []).sort((a, b) => a - b),
    );
    expect(together).toEqual(rowsOf(dataset.userItems));
    for (const part of [split.train, split.validation, split.test])
      expect(part).toMatchObject({ rowCount: 200, columnCount: 60 });
    expect(split.describe).toMatchObject({
      trainCount: split.train.indices.length,
      validationCount: split.validation.indices.length,
      testCount: split.test.indices.length,
      unusedCount: 0,
    });
  });

  it.each(["RG", "TU", "TG"] as const)("%s repeats for a seed and changes with it", (scheme) => {
    const dataset = randomDataset();
    const cut = (seed: number) => splitDataset(dataset, config({ scheme, test_user_ratio: 0.5 }), seed);
    expect(cut(3)).toEqual(cut(3));
    expect(parts(cut(3))).not.toEqual(parts(cut(4)));
  });

  it.each(["RG", "TU"] as const)(
    "%s holds out floor(ratio · N) of each user, then of what is left",
    (scheme) => {
      // N = 10: test floor(2) = 2, validation floor(0.2 · 8) = 1. N = 5: test 1, validation floor(0.8) = 0. N = 4: floor(0.8) = 0.
      const rows = [10, 5, 4, 1, 0].map((size) => Array.from({ length: size }, (_, item) => item));
      const split = splitDataset(ordered(rows, 10), config({ scheme }), 1);
      const sizes = parts(split).map((part) => part.map((row) => row.length));
      expect(sizes).toEqual([
        [7, 4, 4, 1, 0],
        [1, 0, 0, 0, 0],
        [2, 1, 0, 0, 0],
      ]);
      expect(split.describe).toMatchObject({ testUserCount: 2, validationUserCount: 1, coldUserCount: 0 });
    },
  );

  it("does not lose an item to rounding: 0.29 of 100 is 29", () => {
    const rows = [Array.from({ length: 100 }, (_, item) => item)];
    expect(splitDataset(ordered(rows, 100), config({ heldout_ratio: 0.29 }), 1).describe.testCount).toBe(29);
  });

  it("leaves each user one item in train, however much is held out", () => {
    const rows = [[0, 1, 2, 3], [4, 5, 6], [7, 8], [9]];
    for (const ask of [{ heldout_ratio: 1 }, { n_heldout: 99 }, { n_heldout: 2 }]) {
      const split = splitDataset(ordered(rows, 10), config({ ...ask, test_user_ratio: 0.5 }), 2);
      expect(Math.min(...rowsOf(split.train).map((row) => row.length))).toBe(1);
    }
  });

  it("TU holds out each user's latest: test after validation after train", () => {
    const dataset = randomDataset();
    const split = splitDataset(dataset, config({ scheme: "TU" }), 5);
    const timeOf = new Map<string, number>();
    rowsOf(dataset.userItems).forEach((items, user) => {
      const start = dataset.userItems.indptr[user] as number;
      items.forEach((item, at) => {
        timeOf.set(`${user}/${item}`, dataset.times[start + at] as number);
      });
    });
    const [train = [], validation = [], test = []] = parts(split);
    const times = (rows: number[][], user: number) =>
      (rows[user] ?? []).map((item) => timeOf.get(`${user}/${item}`) ?? Number.NaN);
    for (let user = 0; user < 200; user++) {
      expect(Math.max(...times(train, user))).toBeLessThanOrEqual(Math.min(...times(validation, user)));
      expect(Math.max(...times(validation, user))).toBeLessThanOrEqual(Math.min(...times(test, user)));
    }
  });

  it("TU breaks ties of time by the seed, not by the position of the item", () => {
    const userItems = matrixOf([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], 10);
    const dataset = { userItems, times: new Float64Array(10) };
    const heldOut = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      for (const item of splitDataset(dataset, config({ scheme: "TU", n_heldout: 1 }), seed).test.indices)
        heldOut.add(item);
    }
    // Each of 10 items is missed by all 100 seeds with probability 0.9^100 < 1e-4.
    expect(heldOut.size).toBe(10);
  });

  it("RG holds out every item equally often", () => {
    const dataset = { userItems: matrixOf([[0, 1, 2, 3]], 4), times: null };
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 2_000; seed++) {
      const item = splitDataset(dataset, config({ n_heldout: 1 }), seed).test.indices[0] as number;
      counts[item] = (counts[item] as number) + 1;
    }
    // 2,000 draws with p = 1/4: mean 500, standard deviation 19; five of them either way.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(97);
  });

  it("TG holds out everything from one moment on, even if that makes a user cold", () => {
    // Times 1000 … 1009 in the order of the entries. Newest 20 %: 1008, 1009; of the other eight floor(1.6) = 1: 1007.
    const split = splitDataset(
      ordered(
        [
          [0, 1, 2],
          [0, 1, 2],
          [0, 1],
          [0, 1],
        ],
        3,
      ),
      config({ scheme: "TG" }),
      1,
    );
    expect(parts(split)).toEqual([
      [[0, 1, 2], [0, 1, 2], [0], []],
      [[], [], [1], []],
      [[], [], [], [0, 1]],
    ]);
    expect(split.describe).toMatchObject({ testFrom: 1008, validationFrom: 1007, coldUserCount: 1 });
  });

  it("TG keeps the future of users who were not drawn out of every part", () => {
    const dataset = randomDataset();
    const split = splitDataset(dataset, config({ scheme: "TG", n_test_users: 20 }), 1);
    const { testFrom, validationFrom, unusedCount } = split.describe;
    expect(split.describe).toMatchObject({ testUserCount: 20, validationUserCount: 20 });
    expect(unusedCount).toBeGreaterThan(0);
    expect(validationFrom).toBeLessThan(testFrom as number);
    const pastCount = dataset.times.filter((time) => time < (validationFrom as number)).length;
    expect(split.train.indices.length).toBe(pastCount);
  });

  it("draws as many users as asked, among those who can give an interaction", () => {
    const rows = Array.from({ length: 40 }, (_, user) => (user % 2 === 0 ? [0] : [0, 1, 2, 3, 4]));
    const draw = (overrides: Partial<SplitConfig>) =>
      splitDataset(ordered(rows, 5), config({ n_heldout: 1, ...overrides }), 1).describe.testUserCount;
    expect(draw({ n_test_users: 7 })).toBe(7);
    expect(draw({ n_test_users: 1000 })).toBe(20);
    expect(draw({ test_user_ratio: 0.5 })).toBe(10);
    expect(draw({})).toBe(20);
  });

  it("keeps dislikes beside the parts, in none of them", () => {
    const disliked = randomMatrix(200, 60, 3, 9);
    const dataset = randomDataset();
    const split = splitDataset({ ...dataset, disliked }, config(), 3);
    expect(split.disliked).toBe(disliked);
    expect(parts(split)).toEqual(parts(splitDataset(dataset, config(), 3)));
  });

  it("carries the weights along", () => {
    const userItems = { ...matrixOf([[0, 1, 2, 3, 4]], 5), values: new Float32Array([1, 2, 3, 4, 5]) };
    const split = splitDataset({ userItems, times: null }, config({ n_heldout: 1 }), 1);
    for (const part of [split.train, split.validation, split.test])
      expect([...part.values]).toEqual([...part.indices].map((item) => item + 1));
  });

  it.each<[string, Partial<SplitConfig>, string]>([
    ["an unknown scheme", { scheme: "XX" as "RG" }, "scheme"],
    ["a ratio above 1", { heldout_ratio: 1.1 }, "heldout_ratio"],
    ["a ratio that is no number", { heldout_ratio: Number.NaN }, "heldout_ratio"],
    ["a negative ratio of users", { test_user_ratio: -0.1 }, "test_user_ratio"],
    ["no held-out share", { heldout_ratio: 0 }, "heldout_ratio"],
    ["a held-out count of 0", { n_heldout: 0 }, "n_heldout"],
    ["a fractional held-out count", { n_heldout: 1.5 }, "n_heldout"],
    ["no test users", { test_user_ratio: 0 }, "test_user_ratio"],
    ["too small a share of users", { test_user_ratio: 0.1 }, "test_user_ratio"],
    ["a negative number of users", { n_test_users: -1 }, "n_test_users"],
    ["a count per user with TG", { scheme: "TG", n_heldout: 1 }, "n_heldout"],
    ["a share too small for any user", { heldout_ratio: 0.1 }, "heldout_ratio"],
    ["a share that leaves no validation", { heldout_ratio: 0.2 }, "validation"],
    ["a share of all that is not one interaction", { scheme: "TG", heldout_ratio: 0.05 }, "heldout_ratio"],
    ["a cut before everything", { scheme: "TG", heldout_ratio: 1 }, "heldout_ratio"],
  ])("refuses %s and names the setting", (_what, overrides, named) => {
    const dataset = ordered([[0, 1, 2, 3, 4], [0, 1, 2], [3]], 5);
    expect(() => splitDataset(dataset, config(overrides), 1)).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER", message: expect.stringContaining(named) }),
    );
  });

  it.each(["TU", "TG"] as const)("refuses %s for a dataset without times", (scheme) => {
    const dataset = { ...randomDataset(), times: null };
    expect(() => splitDataset(dataset, config({ scheme }), 1)).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER", message: expect.stringContaining(scheme) }),
    );
  });
});

describe("splitInSteps", () => {
  it.each(["RG", "TU", "TG"] as const)("%s pauses on the way and gives the same split", (scheme) => {
    const dataset = randomDataset();
    const steps = splitInSteps(dataset, config({ scheme }), 3);
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses++;
    expect(pauses).toBeGreaterThan(4);
    expect(step.value).toEqual(splitDataset(dataset, config({ scheme }), 3));
  });
});

describe("defaultScheme", () => {
  it("takes time into account wherever there are times", () => {
    expect(defaultScheme({ times: new Float64Array(1) })).toBe("TU");
    expect(defaultScheme({ times: null })).toBe("RG");
  });
});
