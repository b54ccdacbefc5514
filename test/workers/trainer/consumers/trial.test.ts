import { describe, expect, it, vi } from "vitest";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { type Split, splitDataset } from "#engine/split/split-dataset.ts";
import { finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import { studySampleKey } from "#storage/keys.ts";
import { final } from "#trainer/consumers/final.ts";
import { trial } from "#trainer/consumers/trial.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { loadWasmKernels } from "../../../shared/engine/kernels/load-kernels.ts";
import { tinyDataset } from "../../../shared/engine/serve/tiny-world.ts";
import { StudyRun, studySpec } from "../../core/jobs/study-fixture.ts";
import { memoryBucket, type Objects } from "../work/memory-bucket.ts";

/** A study in this process, and a trainer whose datasets are tiny, or fail. */
function world(run: StudyRun, datasets: Partial<TrainerDeps["datasets"]> = {}) {
  const told: StudyEvent["type"][] = [];
  const study = {
    handle: async (event: StudyEvent): Promise<StudyReply> => {
      told.push(event.type);
      return run.tell(event);
    },
  };
  const split = async (...[, { seed, ...config }]: Parameters<TrainerDeps["datasets"]["split"]>) =>
    splitDataset(await tinyDataset(), config, seed);
  const stored: Objects = new Map();
  const bucket = memoryBucket(stored);
  const deps = {
    datasets: {
      ...{ load: tinyDataset, split },
      sample: async () => null,
      finalParts: async (...request: Parameters<TrainerDeps["datasets"]["split"]>) =>
        finalPartsOf((await (datasets.split ?? split)(...request)) as Split),
      ...datasets,
    },
    ...{ store: bucket, files: bucket },
    kernels: createKernelPool(loadWasmKernels),
    study: () => study,
    work: (renew: (progress: number) => Promise<boolean>) =>
      createWork({ now: () => 0, pause: async () => undefined, renew }),
  } as unknown as TrainerDeps;
  return { deps, told, stored };
}

const spec = studySpec({
  trialCount: 1,
  split: { ...studySpec().split, heldout_ratio: 0.34 },
});
const message = { v: 1, kind: "trial", jobId: 7, trial: 0 } as const;

describe("the trial consumer", () => {
  it("fits, reports each epoch and completes the trial", async () => {
    const run = new StudyRun(spec);
    const { deps, told } = world(run);
    await trial(deps, message);
    expect(told[0]).toBe("claim-trial");
    expect(told).toContain("report-trial");
    expect(told.at(-1)).toBe("complete-trial");
    expect(run.current.trials[0]?.outcome?.metrics).toHaveProperty("ndcg@10");
  });

  it("does nothing for a message whose trial another worker has", async () => {
    const run = new StudyRun(spec);
    run.claim(0);
    const { deps, told } = world(run);
    await trial(deps, message);
    expect(told).toEqual(["claim-trial"]);
  });

  it("logs why a trial threw, three times, and the study continues with the next", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const run = new StudyRun(studySpec({ ...spec, trialCount: 2 }));
    let isBroken = true;
    const good = world(run).deps.datasets.split;
    const { deps } = world(run, {
      split: async (key, split, hasAges) => {
        if (isBroken) throw new TypeError("out of luck");
        return good(key, split, hasAges);
      },
    });
    for (let attempt = 1; attempt <= 3; attempt++) await trial(deps, message);
    expect(run.states).toEqual(["failed", "waiting"]);
    expect(run.logged.join("\n")).toContain("TypeError: out of luck");
    isBroken = false;
    await trial(deps, { ...message, trial: 1 });
    expect(run.states).toEqual(["failed", "COMPLETE"]);
  });

  it("does not begin what needs more memory than the job may take", async () => {
    const run = new StudyRun(studySpec({ ...spec, memoryBudgetMb: 1 }));
    const { deps } = world(run);
    await trial(deps, message);
    expect(run.states).toEqual(["failed"]);
    expect(run.logged.join("\n")).toMatch(
      /IALS needs about \d+ MB .* and 1 MB are available\. Lower n_components\./,
    );
  });

  it("tries a split that sets nothing aside once, not three times", async () => {
    const run = new StudyRun(studySpec({ ...spec, split: { ...spec.split, heldout_ratio: 0.01 } }));
    const { deps, told } = world(run);
    await trial(deps, message);
    expect(told).toEqual(["claim-trial", "refuse-trial"]);
    expect(run.current).toMatchObject({ phase: "failed", trials: [{ task: { claims: 1 } }] });
    expect(run.current.error).toContain("holds nothing out");
  });

  it("stops silently when its study was cancelled, and leaves nothing behind", async () => {
    const run = new StudyRun(spec);
    const { deps, told, stored } = world(run, {
      split: async (_key, { seed, ...config }) => {
        run.tell({ type: "cancel" });
        stored.set(studySampleKey(spec.projectId, spec.jobId), new Uint8Array(1));
        stored.set(studySampleKey(spec.projectId, spec.jobId + 1), new Uint8Array(1));
        return splitDataset(await tinyDataset(), config, seed);
      },
    });
    await trial(deps, message);
    expect(told).not.toContain("complete-trial");
    expect(told).not.toContain("fail-trial");
    expect(run.current.phase).toBe("cancelled");
    expect([...stored.keys()]).toEqual([studySampleKey(spec.projectId, spec.jobId + 1)]);
  });
});

/** Eighty users whose tests differ, so that resamples differ. */
async function variedDataset() {
  const builder = new DatasetBuilder({ hasTimes: false });
  for (let user = 0; user < 80; user++)
    for (let n = 0; n < 12; n++) builder.add(`u${user}`, `i${(user * n * 7 + n * n) % 40}`, 1, Number.NaN);
  return (await builder.finish(async () => undefined)).dataset;
}

describe("the final consumer", () => {
  it("measures the winner and popularity on the test part", async () => {
    const run = new StudyRun(spec);
    run.complete(0, 0.5);
    const { deps } = world(run);
    await final(deps, { v: 1, kind: "final", jobId: 7 });
    expect(run.current.phase).toBe("completed");
    expect(run.current.finalResult?.winner).toHaveProperty("ndcg@10");
    expect(run.current.finalResult?.popularity).toHaveProperty("ndcg@10");
  });

  it("gives a configuration the same figures and intervals whatever the seed of its job", async () => {
    const resultOf = async (seed: number) => {
      const run = new StudyRun({ ...spec, seed });
      run.complete(0, 0.5);
      const split: TrainerDeps["datasets"]["split"] = async (_key, { seed: splitSeed, ...config }) =>
        splitDataset(await variedDataset(), config, splitSeed);
      await final(world(run, { split }).deps, { v: 1, kind: "final", jobId: 7 });
      return run.current.finalResult;
    };
    const first = await resultOf(1);
    expect(first?.intervals?.popularity).toHaveProperty("ndcg@10");
    expect(await resultOf(2)).toEqual(first);
  });
});
