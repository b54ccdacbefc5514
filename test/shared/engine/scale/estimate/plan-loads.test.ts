/** Each plan says what its stages read and write: the counts of a run. */
import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { createRandom } from "#engine/random.ts";
import { type BlockedDataset, blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects, type ObjectStore } from "#engine/scale/blocks/object-store.ts";
import { openMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { planBlockedEvaluation } from "#engine/scale/evaluate/evaluation-plan.ts";
import { fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedIals } from "#engine/scale/fit/ials/ials-plan.ts";
import { BLOCKED_ALGORITHMS, planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import { runPlan, type StagedPlan } from "#engine/scale/plan/staged-plan.ts";
import { heldOutUsers, planBlockedSplit, TRAIN_USERS } from "#engine/scale/split/split-plan.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { Counts } from "../counted.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const userItems = randomCsr({ rowCount: 230, columnCount: 90, density: 0.1, seed: 1 });
const random = createRandom(4);
const times = Float64Array.from(userItems.indices, () => 1.7e12 + random.below(365) * 86_400_000);
const GIVEN: { readonly [Name in AlgorithmName]?: Record<string, number> } = {
  IALS: { n_components: 16, train_epochs: 3 },
  Blend: { "weight.IALS": 0, "weight.TopPop": 0.2, "weight.RP3beta": 1, "weight.DegreeKNN": 1 },
};
const breathe = async () => {};
const dataIn = (mostBytes: number) => blockedDatasetFrom({ userItems, times }, mostBytes);

/** Expects that each stage reads and writes as often as its load says. */
async function expectLoads<Context>(plan: StagedPlan<Context>, context: Context, counts: Counts) {
  for (const [stage, { name, taskCount, load }] of plan.stages.entries()) {
    counts.take();
    for (let task = 0; task < taskCount; task++) await plan.runTask(stage, task, context);
    expect({ name, ...counts.take() }).toEqual({ name, reads: load.reads, writes: load.writes });
    expect(load.cpuMs).toBeGreaterThan(0);
  }
}

describe("the loads of a plan", () => {
  it.each(BLOCKED_ALGORITHMS.flatMap((name) => [1e6, 2_700].map((mostBytes) => ({ name, mostBytes }))))(
    "of $name are what it reads and writes, in blocks of $mostBytes bytes",
    async ({ name, mostBytes }) => {
      const counts = new Counts();
      const data = dataIn(mostBytes);
      const params = GIVEN[name] ?? {};
      const context = { data: counts.dataset(data), store: counts.store(memoryObjects()), kernels, breathe };
      await expectLoads(planBlockedFit(name, data, params, 7), context, counts);
    },
  );

  it.each(["cg", "cholesky", "preconditioned"])("of IALS are so with the solver %s", async (solver) => {
    const counts = new Counts();
    const data = dataIn(2_700);
    const params = { n_components: 16, train_epochs: 2, solver, confidence_scaling: "log" };
    const context = { data: counts.dataset(data), store: counts.store(memoryObjects()), kernels, breathe };
    await expectLoads(planBlockedFit("IALS", data, params, 7), context, counts);
  });

  it("of IALS are so with several pieces a task", async () => {
    const counts = new Counts();
    const data = dataIn(2_700);
    const context = { data: counts.dataset(data), store: counts.store(memoryObjects()), kernels, breathe };
    const params = { n_components: 16, train_epochs: 2 };
    await expectLoads(planBlockedIals(data, params, 7, { piecesPerTask: 3 }), context, counts);
  });

  it("of a split and an evaluation are what they read and write", async () => {
    const counts = new Counts();
    const data = dataIn(2_700);
    const store = memoryObjects();
    const config = {
      scheme: "RG",
      ...{ heldout_ratio: 0.3, n_heldout: null, test_user_ratio: 1, n_test_users: null },
    } as const;
    const split = planBlockedSplit(data, { config, seed: 1, parts: ["test", "validation"] }, true);
    await expectLoads(split, { data: counts.dataset(data), store: counts.store(store), breathe }, counts);
    const model = await fitted(data);
    const seen = await openMatrix(store, TRAIN_USERS);
    const options = {
      algorithm: "TopPop",
      ...{ cutoffs: [5], users: null, seed: 1 },
      intervals: ["ndcg@5"],
    } as const;
    const context = {
      seen: counts.matrix(seen),
      heldout: counts.matrix(await openMatrix(store, heldOutUsers("test"))),
      disliked: null,
      modelSections: async () => {
        counts.reads++;
        return fittedSections(model);
      },
      ...{ store: counts.store(memoryObjects()), kernels, breathe },
    };
    await expectLoads(planBlockedEvaluation(seen, options), context, counts);
  });
});

async function fitted(data: BlockedDataset): Promise<ObjectStore> {
  const store = memoryObjects();
  await runPlan(planBlockedFit("TopPop", data, {}, 7), { data, store, kernels, breathe });
  return store;
}
