import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { createRandom } from "#engine/random.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { type FitContext, fittedSections } from "#engine/scale/fit/fit-context.ts";
import { capRows } from "#engine/scale/fit/item-knn/cap-rows.ts";
import { planBlockedKnn } from "#engine/scale/fit/item-knn/knn-plan.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const userItems = randomCsr({ rowCount: 230, columnCount: 90, density: 0.1, seed: 1 });
const random = createRandom(9);
const wide = { ...userItems, values: userItems.values.map(() => Math.exp(8 * random.next())) };
const CUTS = [1e6, 9_000, 2_700];
/** Sums of 20 items: several groups of items. */
const mostSumBytes = 4 * 90 * 20;

function contextOf(matrix: CsrMatrix, mostBytes: number): FitContext {
  const data = blockedDatasetFrom({ userItems: matrix }, mostBytes);
  return { data, store: memoryObjects(), kernels, breathe: async () => {} };
}

function oneIsolate(name: AlgorithmName, matrix: CsrMatrix, params: AlgorithmParams) {
  const task = algorithmOf(name).begin(fitInputOf({ userItems: matrix, kernels, seed: 1 }), params);
  while (!task.done) task.step();
  const model = task.model();
  const sections = model.encode().map(({ name, data }) => ({ name, data: data.slice() }));
  model.dispose();
  task.dispose();
  return sections;
}

const METHODS: [AlgorithmName, AlgorithmParams][] = [
  ["DegreeKNN", { top_k: 12, weight_power: 0.5 }],
  ["DegreeKNN", { top_k: 200, weight_power: 1 }],
  ["TurboCF", { top_k: 12, alpha: 0.4, power: 0.9 }],
  ["CosineKNN", { top_k: 10 }],
  ["CosineKNN", { top_k: 10, feature_weighting: "BM_25", shrinkage: 3 }],
  ["CosineKNN", { top_k: 10, feature_weighting: "TF_IDF" }],
  ["P3alpha", { top_k: 10, alpha: 0.8, cut_by: "target", normalize_weight: true }],
  ["RP3beta", { top_k: 10, alpha: 0.8, beta: 0.4, cut_by: "source" }],
  ["RP3beta", { top_k: 10, beta: 0.2 }],
];

describe("item-to-item methods by blocks", () => {
  it.each(METHODS.flatMap(([name, params]) => CUTS.map((mostBytes) => ({ name, params, mostBytes }))))(
    "fit $name with $params as one isolate does to the last bit, in blocks of $mostBytes bytes",
    async ({ name, params, mostBytes }) => {
      const context = contextOf(userItems, mostBytes);
      const before = kernels.allocatedBytes;
      await runPlan(planBlockedKnn(name, context.data, params, { mostSumBytes }), context);
      expect(await fittedSections(context.store)).toEqual(oneIsolate(name, userItems, params));
      expect(kernels.allocatedBytes).toBe(before);
    },
  );

  it("cuts the data into 1, 2 and 7 blocks of users", () => {
    expect(CUTS.map((bytes) => contextOf(userItems, bytes).data.userItems.blocks.length)).toEqual([1, 2, 7]);
  });

  it.each(METHODS)("read wide weights by their logarithms: %s", async (name, params) => {
    const context = contextOf(wide, 2_700);
    await runPlan(planBlockedKnn(name, context.data, params, { mostSumBytes }), context);
    const expected = oneIsolate(name, wide, params);
    expect(await fittedSections(context.store)).toEqual(expected);
    expect(expected.map((section) => section.name)).toContain("weights.unit");
  });

  it("refuse a model that its last task cannot hold, and say which top_k fits", () => {
    const { data } = contextOf(userItems, 1e6);
    const many = { ...data, itemUsers: { ...data.itemUsers, rowCount: 100_000 } };
    expect(() => planBlockedKnn("DegreeKNN", many, { top_k: 500 })).toThrow(/top_k 62 fits/);
    expect(() => planBlockedKnn("EDLAE", data, {})).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });

  it("take histories whole that are not longer than the cap, and shorten the others", async () => {
    const params = { top_k: 12 };
    const fitted = async (mostTargets: number | null) => {
      const context = contextOf(userItems, 9_000);
      await runPlan(planBlockedKnn("DegreeKNN", context.data, params, { mostTargets }), context);
      return await fittedSections(context.store);
    };
    const whole = await fitted(null);
    expect(await fitted(90)).toEqual(whole);
    expect(await fitted(4)).not.toEqual(whole);
  });
});

describe("capRows", () => {
  it("keeps evenly spaced entries, whose weights stand for the others", () => {
    const capped = capRows(userItems, 5);
    const longest = Math.max(...Array.from({ length: 230 }, (_, row) => csrRow(capped, row).indices.length));
    expect(longest).toBe(5);
    const ones = { ...userItems, values: userItems.values.map(() => 1) };
    const sums = Array.from({ length: 230 }, (_, row) =>
      csrRow(capRows(ones, 5), row).weights.reduce((sum, weight) => sum + weight, 0),
    );
    const lengths = Array.from({ length: 230 }, (_, row) => csrRow(userItems, row).indices.length);
    for (const [row, sum] of sums.entries()) expect(sum).toBeCloseTo(lengths[row] as number, 4);
    expect(capRows(userItems, 90)).toBe(userItems);
  });
});
