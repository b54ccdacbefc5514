import { describe, expect, it } from "vitest";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { alignTest } from "#engine/split/align-test.ts";
import { mergeParts } from "#engine/split/csr-parts.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { chooseTuningSplit } from "#engine/split/tuning-split.ts";
import { matrixOf, randomMatrix, rowsOf } from "./matrix-factory.ts";

const config: SplitConfig = {
  scheme: "RG",
  heldout_ratio: 0.25,
  n_heldout: null,
  test_user_ratio: 1,
  n_test_users: null,
};

async function datasetOf(pairs: readonly string[]): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (const pair of pairs) {
    const [user = "", item = ""] = pair.split(" ");
    builder.add(user, item, 1, Number.NaN);
  }
  return (await builder.finish(async () => {})).dataset;
}

describe("splitTrainTest", () => {
  it("divides the matrix in two, by the seed", () => {
    const userItems = randomMatrix(60, 40, 20, 3);
    const split = splitTrainTest({ userItems, times: null }, config, 7);
    expect(mergeParts(split.train, split.heldout)).toEqual(userItems);
    for (const [user, items] of rowsOf(userItems).entries()) {
      expect(rowsOf(split.heldout)[user]).toHaveLength(Math.floor(items.length / 4));
    }
    expect(splitTrainTest({ userItems, times: null }, config, 7)).toEqual(split);
    expect(splitTrainTest({ userItems, times: null }, config, 8)).not.toEqual(split);
  });

  it("takes each user's latest with TU", () => {
    const userItems = matrixOf([[0, 1, 2, 3]], 4);
    const times = Float64Array.of(9, 2, 8, 1);
    const { heldout } = splitTrainTest(
      { userItems, times },
      { ...config, scheme: "TU", heldout_ratio: 0.5 },
      1,
    );
    expect(rowsOf(heldout)).toEqual([[0, 2]]);
  });
});

describe("chooseTuningSplit", () => {
  const rowsOfLength = (length: number) =>
    matrixOf(
      Array.from({ length: 4 }, () => [...Array(length).keys()]),
      30,
    );

  it.each([
    ["a tenth where most users have ten", 12, 0.1, null],
    ["a fifth where most have five", 6, 0.2, null],
    ["one where most have fewer", 3, 0.1, 1],
  ])("holds out %s", (_case, length, ratio, count) => {
    const userItems = rowsOfLength(length);
    const { config: chosen } = chooseTuningSplit({ userItems, times: null });
    expect(chosen).toMatchObject({ scheme: "RG", heldout_ratio: ratio, n_heldout: count });
  });

  it("goes by time whenever times are known", () => {
    const userItems = rowsOfLength(12);
    const times = new Float64Array(userItems.indices.length);
    expect(chooseTuningSplit({ userItems, times }).config.scheme).toBe("TU");
  });
});

describe("alignTest", () => {
  it("brings known ids into the indices of the training data and counts the others", async () => {
    const train = await datasetOf(["ann x", "ann y", "bob z"]);
    const test = await datasetOf(["bob y", "bob new", "bob x", "eve x", "eve newer", "ann x"]);
    const aligned = alignTest(train, test);
    expect(rowsOf(aligned.seen)).toEqual([[0, 1], [2], []]);
    expect(rowsOf(aligned.heldout)).toEqual([[0], [0, 1], [0]]);
    expect([...aligned.unknownHeldout]).toEqual([0, 1, 1]);
    expect(aligned).toMatchObject({ coldUserCount: 1, unknownItemCount: 2, repeatedCount: 1 });
  });

  it("leaves the training matrix as it is when the test has no other users", async () => {
    const train = await datasetOf(["ann x", "bob y"]);
    const aligned = alignTest(train, await datasetOf(["bob x"]));
    expect(aligned.seen).toBe(train.userItems);
    expect(rowsOf(aligned.heldout)).toEqual([[], [0]]);
  });
});
