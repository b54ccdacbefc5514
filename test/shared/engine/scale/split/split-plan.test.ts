import { describe, expect, it } from "vitest";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { transpose } from "#engine/data/transpose.ts";
import { createRandom } from "#engine/random.ts";
import { blockedDatasetFrom, blockedFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { openMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import {
  type BlockedSplitOptions,
  heldOutUsers,
  planBlockedSplit,
  TRAIN_ITEMS,
  TRAIN_USERS,
} from "#engine/scale/split/split-plan.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import { splitDataset } from "#engine/split/split-dataset.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { randomCsr } from "../random-csr.ts";

const userItems = randomCsr({ rowCount: 240, columnCount: 90, density: 0.08, seed: 1 });
const random = createRandom(2);
const times = Float64Array.from(userItems.indices, () => 1000 * random.below(50));

const BASE: SplitConfig = {
  scheme: "RG",
  heldout_ratio: 0.3,
  n_heldout: null,
  test_user_ratio: 1,
  n_test_users: null,
};
const CONFIGS: SplitConfig[] = [
  BASE,
  { ...BASE, scheme: "TU" },
  { ...BASE, scheme: "TU", n_heldout: 2, test_user_ratio: 0.5 },
  { ...BASE, n_test_users: 40 },
];

async function split(options: BlockedSplitOptions, mostBytes: number) {
  const data = blockedDatasetFrom({ userItems, times }, mostBytes);
  const context = { data, store: memoryObjects(), breathe: async () => {} };
  await runPlan(planBlockedSplit(data, options, true), context);
  const whole = async (prefix: string) => wholeOf(await openMatrix(context.store, prefix));
  return { whole, data };
}

async function wholeOf(blocked: Awaited<ReturnType<typeof openMatrix>>): Promise<CsrMatrix> {
  const indptr = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (let block = 0; block < blocked.blocks.length; block++) {
    const matrix = await blocked.read(block);
    for (const end of matrix.indptr.subarray(1)) indptr.push(indices.length + end);
    indices.push(...matrix.indices);
    values.push(...matrix.values);
  }
  const { rowCount, columnCount } = blocked;
  return {
    ...{ rowCount, columnCount, indptr: Uint32Array.from(indptr) },
    ...{ indices: Uint32Array.from(indices), values: Float32Array.from(values) },
  };
}

describe("a split by blocks", () => {
  it.each(CONFIGS.flatMap((config) => [1e6, 16_000, 5_000].map((mostBytes) => ({ config, mostBytes }))))(
    "by $config has the parts of one isolate, in blocks of $mostBytes bytes",
    async ({ config, mostBytes }) => {
      const expected = splitDataset({ userItems, times }, config, 6);
      const { whole } = await split({ config, seed: 6, parts: ["test", "validation"] }, mostBytes);
      expect(await whole(TRAIN_USERS)).toEqual(expected.train);
      expect(await whole(heldOutUsers("validation"))).toEqual(expected.validation);
      expect(await whole(heldOutUsers("test"))).toEqual(expected.test);
      expect(await whole(TRAIN_ITEMS)).toEqual(transpose(expected.train));
    },
  );

  it("holds out once when one part is asked for", async () => {
    const { train, heldout } = splitTrainTest({ userItems, times }, BASE, 3);
    const { whole } = await split({ config: BASE, seed: 3, parts: ["test"] }, 5_000);
    expect(await whole(TRAIN_USERS)).toEqual(train);
    expect(await whole(heldOutUsers("test"))).toEqual(heldout);
    expect(await whole(TRAIN_ITEMS)).toEqual(transpose(train));
  });

  it("refuses schemes that look at all interactions together, and settings that hold nothing out", async () => {
    const data = blockedDatasetFrom({ userItems, times }, 5_000);
    const plan = (config: SplitConfig, hasTimes = true) =>
      planBlockedSplit(data, { config, seed: 1, parts: ["test"] }, hasTimes);
    expect(() => plan({ ...BASE, scheme: "TG" })).toThrow(/scheme TG needs all data in one isolate/);
    expect(() => plan({ ...BASE, scheme: "TU" }, false)).toThrow(/no times/);
    const nothing = { ...BASE, heldout_ratio: 0.001 };
    await expect(split({ config: nothing, seed: 1, parts: ["test"] }, 5_000)).rejects.toThrow(
      /holds nothing out/,
    );
    expect(blockedFrom(userItems, 5_000).blocks.length).toBeGreaterThan(2);
  });
});
