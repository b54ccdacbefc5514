/** Split, fits and evaluations by blocks give the figures of one isolate, to the last bit. */
import { afterAll, describe, expect, it } from "vitest";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { blockedDatasetFrom } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import {
  type MeasuredFit,
  measuredFigures,
  measuredParts,
  planMeasurement,
} from "#engine/scale/evaluate/measurement-plan.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { planBlockedSplit } from "#engine/scale/split/split-plan.ts";
import type { HeldOutPart } from "#engine/split/held-out-part.ts";
import { splitDataset } from "#engine/split/split-dataset.ts";
import { validationSample } from "#engine/tune/plan/validation-sample.ts";
import { evaluateOnTest, finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const breathe = async () => {};
const userItems = randomCsr({ rowCount: 240, columnCount: 70, density: 0.12, seed: 1 });
const config = {
  scheme: "RG",
  heldout_ratio: 0.2,
  n_heldout: null,
  test_user_ratio: 0.9,
  n_test_users: null,
} as const;
const SEED = 4;
const FITS: readonly MeasuredFit[] = [
  { algorithm: "IALS", params: { n_components: 6, train_epochs: 3 }, seed: 9 },
  { algorithm: "TopPop", params: {}, seed: 9 },
  { algorithm: "DegreeKNN", params: { top_k: 12 }, seed: 9 },
];
const OPTIONS = { cutoffs: [10], seed: SEED, intervals: ["ndcg@10", "recall@10"] } as const;

/** @param users Measured at most; null: all. */
async function byBlocks(part: HeldOutPart, users: number | null, fits = FITS) {
  const data = blockedDatasetFrom({ userItems }, 2_500);
  expect(data.userItems.blocks.length).toBeGreaterThan(3);
  const parts: HeldOutPart[] = part === "test" ? ["test"] : ["test", "validation"];
  const split = memoryObjects();
  const cut = planBlockedSplit(data, { config, seed: SEED, parts }, false);
  await runPlan(cut, { data, store: split, breathe });
  const measured = await measuredParts(split, part, data.disliked);
  const plan = planMeasurement(measured.train, fits, { ...OPTIONS, users });
  const store = memoryObjects();
  await runPlan(plan, { ...measured, store, kernels, breathe });
  return { plan, figures: (at: number) => measuredFigures(store, at) };
}

function inOneIsolate(part: HeldOutPart, users: number | null) {
  const split = splitDataset({ userItems, times: null }, config, SEED);
  const parts =
    part === "test"
      ? finalPartsOf(split)
      : { seen: split.train, test: split.validation, disliked: undefined, features: undefined };
  const sample = validationSample(parts.test, SEED, users ?? Number.POSITIVE_INFINITY);
  return FITS.map(({ algorithm, params, seed }) => {
    const task = beginFit({ algorithm, params, userItems: parts.seen, kernels, seed });
    while (!task.done) task.step();
    // As it is served: the users of iALS are folded in.
    const model = algorithmOf(algorithm).decode(task.model().encode(), kernels);
    const steps = evaluateOnTest(model, { parts, ...OPTIONS, perUser: OPTIONS.intervals, users: sample });
    const { metrics, intervals } = runToEnd(steps);
    task.dispose();
    return { metrics, users: sample.length, intervals };
  });
}

describe("a measurement by blocks", () => {
  it.each([
    { part: "test", users: null },
    { part: "test", users: 60 },
    { part: "validation", users: 60 },
  ] as const)("has the figures of one isolate on $part, of $users users", async ({ part, users }) => {
    const { figures } = await byBlocks(part, users);
    const found = await Promise.all(FITS.map((_, at) => figures(at)));
    expect(found).toEqual(inOneIsolate(part, users));
  });

  it("leaves out what cannot be cut, with the reason, and measures the others", async () => {
    const dense = { algorithm: "DenseSLIM", params: {}, seed: 1 } as const;
    const { plan, figures } = await byBlocks("test", null, [dense, FITS[1] as MeasuredFit]);
    expect(plan.leftOut).toEqual([expect.stringContaining("DenseSLIM needs all data"), null]);
    expect((await figures(1)).metrics).toEqual(inOneIsolate("test", null)[1]?.metrics);
  });
});
