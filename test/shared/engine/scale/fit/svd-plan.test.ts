import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { beginTruncatedSvd } from "#engine/algorithms/factorization/truncated-svd.ts";
import type { FitInput, FitTask } from "#engine/algorithms/fit/algorithm.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { type FitContext, fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedSvd } from "#engine/scale/fit/spectrum/svd-plan.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const SEED = 5;
const userItems = randomCsr({ rowCount: 230, columnCount: 150, density: 0.1, seed: 1 });
/** Bytes of a block, for 1, 2 and 7 blocks of users. */
const CUTS = [1e6, 16_000, 4_400];

function contextOf(matrix: CsrMatrix, mostBytes: number): FitContext {
  const data = blockedDatasetFrom({ userItems: matrix }, mostBytes);
  return { data, store: memoryObjects(), kernels, breathe: async () => {} };
}

function oneIsolate(matrix: CsrMatrix, begin: (input: FitInput) => FitTask) {
  const task = begin(fitInputOf({ userItems: matrix, kernels, seed: SEED }));
  while (!task.done) task.step();
  const model = task.model();
  const sections = model.encode().map(({ name, data }) => ({ name, data: data.slice() }));
  model.dispose();
  task.dispose();
  return sections;
}

async function byBlocks(matrix: CsrMatrix, params: AlgorithmParams, mostBytes: number) {
  const context = contextOf(matrix, mostBytes);
  await runPlan(planBlockedSvd(context.data, params, SEED), context);
  return fittedSections(context.store);
}

describe("TruncatedSVD by blocks", () => {
  it.each([4, 12, 64, 512].flatMap((components) => CUTS.map((mostBytes) => ({ components, mostBytes }))))(
    "with $components components is the fit of one isolate to the last bit, in blocks of $mostBytes bytes",
    async ({ components, mostBytes }) => {
      const params = { n_components: components };
      const before = kernels.allocatedBytes;
      const expected = oneIsolate(userItems, (input) => beginTruncatedSvd(input, params, mostBytes));
      expect(await byBlocks(userItems, params, mostBytes)).toEqual(expected);
      expect(kernels.allocatedBytes).toBe(before);
    },
  );

  it("cuts the data into 1, 2 and 7 blocks of users", () => {
    expect(CUTS.map((bytes) => contextOf(userItems, bytes).data.userItems.blocks.length)).toEqual([1, 2, 7]);
  });

  it("reads wide weights by their logarithms", async () => {
    const random = createRandom(9);
    const wide = { ...userItems, values: userItems.values.map(() => Math.exp(8 * random.next())) };
    const params = { n_components: 8 };
    const expected = oneIsolate(wide, (input) => algorithmOf("TruncatedSVD").begin(input, params));
    expect(await byBlocks(wide, params, 1e6)).toEqual(expected);
    expect(expected.map(({ name }) => name)).toContain("weights.unit");
    const names = (await byBlocks(wide, params, 4_400)).map(({ name }) => name);
    expect(names).toEqual(expected.map(({ name }) => name));
  });

  it("has the same model when tasks of a stage run in any order, and twice", async () => {
    const params = { n_components: 8 };
    const context = contextOf(userItems, 4_400);
    const random = createRandom(3);
    const plan = planBlockedSvd(context.data, params, SEED);
    for (const [stage, { taskCount }] of plan.stages.entries()) {
      const tasks = Array.from({ length: 2 * taskCount }, (_, at) => at % taskCount);
      shuffleInPlace(tasks, random);
      for (const task of tasks) await plan.runTask(stage, task, context);
    }
    expect(await fittedSections(context.store)).toEqual(await byBlocks(userItems, params, 4_400));
  });

  it("keeps the images of the last two multiplications at most", async () => {
    const context = contextOf(userItems, 4_400);
    await runPlan(planBlockedSvd(context.data, { n_components: 8 }, SEED), context);
    const turns = (await context.store.list("image/")).map((name) => name.split("/")[1]);
    expect([...new Set(turns)]).toEqual(["5"]);
  });

  it("refuses data without interactions, and more items than a task holds", () => {
    const empty = {
      ...userItems,
      indptr: userItems.indptr.map(() => 0),
      indices: new Uint32Array(),
      values: new Float32Array(),
    };
    const { data } = contextOf(empty, 1e6);
    expect(() => planBlockedSvd(data, {}, SEED)).toThrow(expect.objectContaining({ code: "EMPTY_DATA" }));
    const whole = contextOf(userItems, 1e6).data;
    const many = {
      ...whole,
      userItems: { ...whole.userItems, rowCount: 1_000_000, columnCount: 1_000_000 },
    };
    expect(() => planBlockedSvd(many, { n_components: 64 }, SEED)).toThrow(/fewer n_components/);
  });
});
