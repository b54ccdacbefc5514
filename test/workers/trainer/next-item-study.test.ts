/** Studies of what comes next, with the trainer's own datasets: from the stored data to the last measurement. */
import { expect, it } from "vitest";
import type { ArtifactContent } from "#engine/artifact/encode-artifact.ts";
import type { Section } from "#engine/artifact/section.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { isSectionOfSequences } from "#engine/data/dataset-sequences.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createRandom } from "#engine/random.ts";
import type { StudyEvent, StudyReply, StudySpec } from "#jobs/study-job.ts";
import type { StudyWork } from "#jobs/study-work.ts";
import { StudyChooser } from "#services/tuning/study-policy.ts";
import { blendWeights } from "#trainer/consumers/blend-weights.ts";
import { final } from "#trainer/consumers/final.ts";
import { finalist } from "#trainer/consumers/finalist.ts";
import { fitPart } from "#trainer/consumers/fit-part.ts";
import { plan } from "#trainer/consumers/plan.ts";
import { trial } from "#trainer/consumers/trial.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { StudyRun, studySpec } from "../core/jobs/study-fixture.ts";

const MINUTE_MS = 60_000;

/** 100 people, three sessions each around a ring of 30 items. */
async function walks(): Promise<Section[]> {
  const random = createRandom(3);
  const builder = new DatasetBuilder({
    hasTimes: true,
    sessions: { gapMs: 30 * MINUTE_MS, hasIds: false },
  });
  for (let person = 0; person < 100; person++) {
    for (let session = 0; session < 3; session++) {
      let item = random.below(30);
      const began = 1_000 * session + random.below(600);
      for (let at = 0; at < 4; at++) {
        builder.add(`u${person}`, `i${item}`, 1, (began + at) * MINUTE_MS);
        item = random.next() < 0.1 ? random.below(30) : (item + 1) % 30;
      }
    }
  }
  return datasetSections((await builder.finish(async () => undefined)).dataset);
}

async function endOf(given: StudySpec, dataset: readonly Section[]) {
  const run = new StudyRun(given, new StudyChooser(), null);
  const stored = new Map<string, readonly Section[]>([[given.datasetKey, dataset]]);
  const artifacts = {
    get: async (key: string) => ({ sections: stored.get(key) ?? [] }),
    getSections: async (key: string, _kind: string, isWanted: (name: string) => boolean) =>
      (stored.get(key) ?? []).filter(({ name }) => isWanted(name)),
    put: async (key: string, { sections }: ArtifactContent) => {
      stored.set(key, structuredClone(sections) as readonly Section[]);
      return 1;
    },
  };
  const handle = async (event: StudyEvent): Promise<StudyReply> => run.tell(event);
  const deps = {
    datasets: createDatasets({ artifacts, now: () => 0, pause: async () => undefined } as never),
    ...{ artifacts, kernels: createKernelPool(createScalarKernels), study: () => ({ handle }) },
    files: { put: async () => null },
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
  } as unknown as TrainerDeps;
  const consumers = { plan, final, finalist, "fit-part": fitPart, "blend-weights": blendWeights } as const;
  const work = async (piece: StudyWork) =>
    consumers[piece.kind as keyof typeof consumers](deps, { v: 1, jobId: 7, ...piece } as never);
  while (!["completed", "failed"].includes(run.current.phase)) {
    if (run.current.phase === "searching") {
      for (const { number, task } of run.current.trials)
        if (task.phase === "waiting") await trial(deps, { v: 1, kind: "trial", jobId: 7, trial: number });
    } else for (const { work: piece } of run.current.work) await work(piece);
  }
  return run.current;
}

const specOf = (split: Partial<StudySpec["split"]>, metric: StudySpec["metric"] = "hit"): StudySpec =>
  studySpec({
    ...{ algorithms: null, trialCount: 8, cutoff: 3, metric, triesBlend: true, hasTimes: true },
    split: { ...studySpec().split, ...split },
  });

it.each([
  ["next-item", "hit", true, ["TwoSidedKNN", "RecentIALS"]],
  ["sessions", "mrr", null, ["SessionKNN", "RepeatedItems"]],
] as const)(
  "a study by %s and %s tries the models of sequences and finds the next item",
  async (scheme, metric, keeps_seen, names) => {
    const {
      phase,
      error,
      plan: made,
      finalResult,
    } = await endOf(specOf({ scheme, keeps_seen, heldout_ratio: 0.2 }, metric), await walks());
    expect([phase, error]).toEqual(["completed", null]);
    expect(made?.algorithms).toEqual(expect.arrayContaining([...names]));
    const value = finalResult?.winner[`${metric}@3`] ?? 0;
    expect(value).toBeGreaterThan(0.6);
    expect(finalResult?.intervals?.winner[`${metric}@3`]?.low).toBeLessThan(value);
    expect(finalResult?.popularity[`${metric}@3`]).toBeLessThan(0.4);
  },
);

it("a study of data from an earlier release takes the order from its times", async () => {
  const old = (await walks()).filter(({ name }) => !isSectionOfSequences(name));
  const { phase, finalResult } = await endOf(specOf({ scheme: "next-item", keeps_seen: true }), old);
  expect(phase).toBe("completed");
  expect(finalResult?.winner["hit@3"]).toBeGreaterThan(0.5);
});

it("a study by random parts tries what it tried before", async () => {
  const { phase, plan: made } = await endOf(specOf({ scheme: "RG", heldout_ratio: 0.2 }), await walks());
  expect(phase).toBe("completed");
  expect(made?.algorithms).not.toContain("TwoSidedKNN");
});
