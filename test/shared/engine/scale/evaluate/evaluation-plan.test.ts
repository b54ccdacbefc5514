import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { bootstrapIntervals } from "#engine/evaluate/bootstrap-interval.ts";
import { createEvaluation } from "#engine/evaluate/evaluation.ts";
import { blockedAt } from "#engine/scale/blocks/blocked-matrix.ts";
import { memoryObjects } from "#engine/scale/blocks/object-store.ts";
import {
  type EvaluationContext,
  evaluationResult,
  planBlockedEvaluation,
} from "#engine/scale/evaluate/evaluation-plan.ts";
import { runPlan } from "#engine/scale/plan/staged-plan.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { validationSample } from "#engine/tune/plan/validation-sample.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { randomCsr } from "../random-csr.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const userItems = randomCsr({ rowCount: 240, columnCount: 90, density: 0.08, seed: 1 });
const disliked = randomCsr({ rowCount: 240, columnCount: 90, density: 0.01, seed: 2 });
const config = {
  scheme: "RG",
  heldout_ratio: 0.3,
  n_heldout: null,
  test_user_ratio: 0.9,
  n_test_users: null,
} as const;
const { train, heldout } = splitTrainTest({ userItems, times: null }, config, 4);
const own = {
  ...disliked,
  indptr: disliked.indptr.map(() => 0),
  indices: new Uint32Array(),
  values: new Float32Array(),
};

const STARTS = [
  [0, 240],
  [0, 100, 240],
  [0, 30, 31, 60, 100, 170, 200, 240],
];
const CUTOFFS = [5, 20, 500];

function sectionsOf(name: AlgorithmName, params: AlgorithmParams) {
  const task = algorithmOf(name).begin(fitInputOf({ userItems: train, kernels, seed: 1 }), params);
  while (!task.done) task.step();
  const model = task.model();
  const sections = model.encode().map(({ name, data }) => ({ name, data: data.slice() }));
  model.dispose();
  task.dispose();
  return sections;
}

function contextOf(
  sections: ReturnType<typeof sectionsOf>,
  starts: readonly number[],
  dislikes: CsrMatrix | null,
) {
  const cut = (matrix: CsrMatrix) => blockedAt(matrix, starts, null);
  const context: EvaluationContext = {
    seen: cut(train),
    heldout: cut(heldout),
    disliked: dislikes && cut(dislikes),
    modelSections: async () => sections,
    store: memoryObjects(),
    kernels,
    breathe: async () => {},
  };
  return context;
}

describe("an evaluation by blocks", () => {
  it.each(
    (["IALS", "DegreeKNN", "TopPop"] as const).flatMap((name) =>
      STARTS.flatMap((starts) => [null, 60].map((users) => ({ name, starts, users }))),
    ),
  )(
    "of $name in blocks at $starts has the metrics of one isolate to the last bit, of $users users",
    async ({ name, starts, users }) => {
      const sections = sectionsOf(name, {});
      const context = contextOf(sections, starts, own);
      const before = kernels.allocatedBytes;
      const options = { algorithm: name, cutoffs: CUTOFFS, users, seed: 3, intervals: ["ndcg@20"] as const };
      await runPlan(planBlockedEvaluation(context.seen, options), context);
      expect(kernels.allocatedBytes).toBe(before);

      const model = algorithmOf(name).decode(sections, kernels);
      const sample = validationSample(heldout, 3, users ?? Number.POSITIVE_INFINITY);
      const evaluation = createEvaluation({
        model,
        seen: train,
        heldout,
        disliked: own,
        users: sample,
        cutoffs: CUTOFFS,
        perUser: ["ndcg@20"],
      });
      while (!evaluation.done) evaluation.step();
      const { metrics, users: measured, perUser = {} } = evaluation.result();
      model.dispose();
      const result = await evaluationResult(context.store);
      expect(result).toEqual({ metrics, users: measured, intervals: bootstrapIntervals(perUser, 3) });
      expect(result.users).toBe(sample.length);
    },
  );

  it("says that nothing is held out", async () => {
    const context = contextOf(sectionsOf("TopPop", {}), STARTS[1] as number[], null);
    const options = { algorithm: "TopPop", cutoffs: [5], users: null, seed: 1, intervals: [] } as const;
    const empty = { ...context, heldout: blockedAt(own, STARTS[1] as number[], null) };
    await expect(runPlan(planBlockedEvaluation(context.seen, options), empty)).rejects.toMatchObject({
      code: "EMPTY_DATA",
    });
  });

  it("leaves out what users dislike", async () => {
    const sections = sectionsOf("TopPop", {});
    const options = { algorithm: "TopPop", cutoffs: [5], users: null, seed: 1, intervals: [] } as const;
    const hated = {
      ...userItems,
      indptr: new Uint32Array(241),
      indices: new Uint32Array(240),
      values: new Float32Array(240).fill(1),
    };
    for (let user = 0; user <= 240; user++) hated.indptr[user] = user;
    const coverages: number[] = [];
    for (const dislikes of [null, hated]) {
      const context = contextOf(sections, STARTS[2] as number[], dislikes);
      await runPlan(planBlockedEvaluation(context.seen, options), context);
      const { metrics } = await evaluationResult(context.store);
      coverages.push(metrics["recall@5"] as number);
    }
    expect(coverages[0]).not.toBe(coverages[1]);
  });
});
