import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { type FitContext, fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const SEED = 7;
const userItems = randomCsr({ rowCount: 230, columnCount: 90, density: 0.1, seed: 1 });
/** Bytes of a block, for 1, 2 and 7 blocks of users. */
const CUTS = [1e6, 9_000, 2_700];

/** By default a blend has IALS and DegreeKNN. */
const NEIGHBOURS = {
  "weight.IALS": 0,
  "weight.DegreeKNN": 0.7,
  "DegreeKNN.top_k": 12,
  "weight.RP3beta": 0.3,
  "weight.TopPop": 0.1,
};
const FACTORS = {
  "weight.DegreeKNN": 0,
  "weight.IALS": 0.8,
  "IALS.n_components": 8,
  "IALS.train_epochs": 2,
  "weight.CosineKNN": 0.5,
  "length.CosineKNN": 0.4,
  "weight.TruncatedSVD": 0.2,
};

function contextOf(mostBytes: number): FitContext {
  const data = blockedDatasetFrom({ userItems }, mostBytes);
  return { data, store: memoryObjects(), kernels, breathe: async () => {} };
}

function oneIsolate(params: AlgorithmParams) {
  const task = algorithmOf("Blend").begin(fitInputOf({ userItems, kernels, seed: SEED }), params);
  while (!task.done) task.step();
  const model = task.model();
  const sections = model.encode().map(({ name, data }) => ({ name, data: data.slice() }));
  model.dispose();
  task.dispose();
  return sections;
}

describe("a blend by blocks", () => {
  it.each([
    ...CUTS.map((mostBytes) => ({ params: NEIGHBOURS, mostBytes })),
    { params: FACTORS, mostBytes: 1e6 },
    { params: { ...FACTORS, int8_factors: false }, mostBytes: 1e6 },
  ])("is that of one isolate to the last bit: $params in blocks of $mostBytes bytes", async (given) => {
    const context = contextOf(given.mostBytes);
    const before = kernels.allocatedBytes;
    await runPlan(planBlockedFit("Blend", context.data, given.params, SEED), context);
    expect(await fittedSections(context.store)).toEqual(oneIsolate(given.params));
    expect(kernels.allocatedBytes).toBe(before);
  });

  it("has as many stages as its longest part and one more, with the tasks of all parts", () => {
    const { data } = contextOf(2_700);
    const blend = planBlockedFit("Blend", data, FACTORS, SEED);
    const parts = [
      planBlockedFit("IALS", data, { n_components: 8, train_epochs: 2 }, SEED),
      planBlockedFit("CosineKNN", data, {}, SEED),
      planBlockedFit("TruncatedSVD", data, {}, SEED),
    ];
    const tasksOf = ({ stages }: typeof blend) => stages.reduce((sum, { taskCount }) => sum + taskCount, 0);
    expect(blend.stages.length).toBe(1 + Math.max(...parts.map(({ stages }) => stages.length)));
    expect(tasksOf(blend)).toBe(1 + parts.reduce((sum, part) => sum + tasksOf(part), 0));
  });

  it("is the same when tasks of a stage run in any order, and twice", async () => {
    const plain = contextOf(2_700);
    await runPlan(planBlockedFit("Blend", plain.data, FACTORS, SEED), plain);
    const context = contextOf(2_700);
    const random = createRandom(3);
    const plan = planBlockedFit("Blend", context.data, FACTORS, SEED);
    for (const [stage, { taskCount }] of plan.stages.entries()) {
      const tasks = Array.from({ length: 2 * taskCount }, (_, at) => at % taskCount);
      shuffleInPlace(tasks, random);
      for (const task of tasks) await plan.runTask(stage, task, context);
    }
    expect(await fittedSections(context.store)).toEqual(await fittedSections(plain.store));
  });

  it("refuses a part that does not fit by blocks, a single part, and parts that are too large together", () => {
    const { data } = contextOf(1e6);
    const plan = (params: AlgorithmParams, of = data) => planBlockedFit("Blend", of, params, SEED);
    expect(() => plan({ "weight.EDLAE": 1, "weight.TopPop": 1 })).toThrow(/EDLAE needs all data/);
    expect(() => plan({ "weight.IALS": 0, "weight.DegreeKNN": 0, "weight.TopPop": 1 })).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER" }),
    );
    const many = {
      userItems: { ...data.userItems, columnCount: 100_000 },
      itemUsers: { ...data.itemUsers, rowCount: 100_000 },
    };
    const large = { "IALS.n_components": 96, "DegreeKNN.top_k": 50, int8_factors: false };
    expect(() => planBlockedFit("Blend", many, large, SEED)).toThrow(/int8_factors/);
  });
});
