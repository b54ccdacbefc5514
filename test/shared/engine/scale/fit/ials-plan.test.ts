import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { beginIals } from "#engine/algorithms/factorization/ials.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { createRandom, shuffleInPlace } from "#engine/random.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import { type FitContext, fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedIals } from "#engine/scale/fit/ials/ials-plan.ts";
import { piecesPerTask } from "#engine/scale/fit/ials/whole-side.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const SEED = 5;
const userItems = randomCsr({ rowCount: 230, columnCount: 150, density: 0.1, seed: 1 });
/** Bytes of a block, for about 1, 2 and 7 blocks of users. */
const CUTS = [1e6, 16_000, 4_400];

function contextOf(matrix: CsrMatrix, mostBytes: number): FitContext {
  const data = blockedDatasetFrom({ userItems: matrix }, mostBytes);
  return { data, store: memoryObjects(), kernels, breathe: async () => {} };
}

function oneIsolate(matrix: CsrMatrix, params: AlgorithmParams, mostBytes: number) {
  const task = beginIals(fitInputOf({ userItems: matrix, kernels, seed: SEED }), params, mostBytes);
  while (!task.done) task.step();
  const model = task.model();
  const sections = model.encode().map(({ name, data }) => ({ name, data: data.slice() }));
  model.dispose();
  task.dispose();
  return sections;
}

describe("iALS by blocks", () => {
  it.each(
    (["auto", "cg", "cholesky", "preconditioned", "subspace"] as const).flatMap((solver) =>
      CUTS.map((mostBytes) => ({ solver, mostBytes })),
    ),
  )(
    "with the solver $solver is the fit of one isolate to the last bit, in blocks of $mostBytes bytes",
    async ({ solver, mostBytes }) => {
      const params = { n_components: 12, train_epochs: 3, solver, reg: 0.01 };
      const context = contextOf(userItems, mostBytes);
      const before = kernels.allocatedBytes;
      await runPlan(planBlockedIals(context.data, params, SEED), context);
      expect(await fittedSections(context.store)).toEqual(oneIsolate(userItems, params, mostBytes));
      expect(kernels.allocatedBytes).toBe(before);
    },
  );

  it.each(
    (["cg", "cholesky", "preconditioned", "subspace"] as const).flatMap((solver) =>
      [2, 3, 9].map((pieces) => ({ solver, pieces })),
    ),
  )(
    "with the solver $solver has the same bits when a task solves $pieces pieces",
    async ({ solver, pieces }) => {
      const params = { n_components: 12, train_epochs: 3, solver, reg: 0.01 };
      const context = contextOf(userItems, 4_400);
      const before = kernels.allocatedBytes;
      const plan = planBlockedIals(context.data, params, SEED, { piecesPerTask: pieces });
      await runPlan(plan, context);
      expect(await fittedSections(context.store)).toEqual(oneIsolate(userItems, params, 4_400));
      expect(plan.stages[1]?.taskCount).toBe(Math.ceil(7 / pieces));
      expect(kernels.allocatedBytes).toBe(before);
    },
  );

  it("solves the more pieces in a task the more factors each task reads, as long as they fit", () => {
    const megabytes = [1, 8, 9, 35, 41].map((size) => piecesPerTask(size * 2 ** 20, 40 * 2 ** 20));
    expect(megabytes).toEqual([1, 1, 2, 3, 1]);
  });

  it("cuts the data into 1, 2 and 7 blocks of users", () => {
    expect(CUTS.map((bytes) => contextOf(userItems, bytes).data.userItems.blocks.length)).toEqual([1, 2, 7]);
  });

  it("reads wide weights as the fit of one isolate does", async () => {
    const random = createRandom(9);
    const wide = { ...userItems, values: userItems.values.map(() => Math.exp(8 * random.next())) };
    const params = { n_components: 8, train_epochs: 2 };
    const context = contextOf(wide, 4_400);
    await runPlan(planBlockedIals(context.data, params, SEED), context);
    const expected = oneIsolate(wide, params, 4_400);
    expect(await fittedSections(context.store)).toEqual(expected);
    const isLogScaled = expected.find(({ name }) => name === "ials.settings")?.data[5];
    expect(isLogScaled).toBe(1);
  });

  it("solves a piece in several groups of rows when it touches more factors than fit", async () => {
    const params = { n_components: 12, train_epochs: 2, solver: "preconditioned" };
    const context = contextOf(userItems, 16_000);
    // 64 rows of 16 floats: no user or item of these data has more interactions.
    const plan = planBlockedIals(context.data, params, SEED, { mostFixedBytes: 64 * 64 });
    await runPlan(plan, context);
    expect(await fittedSections(context.store)).toEqual(oneIsolate(userItems, params, 16_000));
    const few = planBlockedIals(context.data, params, SEED, { mostFixedBytes: 4 * 64 });
    await expect(runPlan(few, contextOf(userItems, 16_000))).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("has the same model when tasks of a stage run in any order, and twice", async () => {
    const params = { n_components: 8, train_epochs: 3, solver: "preconditioned" };
    const plain = contextOf(userItems, 4_400);
    await runPlan(planBlockedIals(plain.data, params, SEED), plain);
    const context = contextOf(userItems, 4_400);
    const random = createRandom(3);
    const plan = planBlockedIals(context.data, params, SEED);
    for (const [stage, { taskCount }] of plan.stages.entries()) {
      const tasks = Array.from({ length: 2 * taskCount }, (_, at) => at % taskCount);
      shuffleInPlace(tasks, random);
      for (const task of tasks) await plan.runTask(stage, task, context);
    }
    expect(await fittedSections(context.store)).toEqual(await fittedSections(plain.store));
  });

  it("keeps the factors of three half-epochs at most", async () => {
    const context = contextOf(userItems, 16_000);
    await runPlan(planBlockedIals(context.data, { n_components: 8, train_epochs: 5 }, SEED), context);
    const halves = (await context.store.list("factors/")).map((name) => name.split("/")[1]);
    expect([...new Set(halves)]).toEqual(["10", "8", "9"]);
  });

  it("refuses data without interactions, tasks that do not exist, and items beyond one model", async () => {
    const empty = {
      ...userItems,
      indptr: userItems.indptr.map(() => 0),
      indices: new Uint32Array(),
      values: new Float32Array(),
    };
    const { data } = contextOf(empty, 1e6);
    expect(() => planBlockedIals(data, {}, SEED)).toThrow(expect.objectContaining({ code: "EMPTY_DATA" }));
    const context = contextOf(userItems, 1e6);
    const plan = planBlockedIals(context.data, { n_components: 8 }, SEED);
    await expect(plan.runTask(0, 99, context)).rejects.toThrow(RangeError);
    const many = { ...context.data, itemUsers: { ...context.data.itemUsers, rowCount: 10_000_000 } };
    expect(() => planBlockedIals(many, {}, SEED)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});
