/** Training by blocks, on real R2: the model is that of one isolate to the last byte. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { DATASET_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { createRandom } from "#engine/random.ts";
import { advanceCuttable, type CuttableEffect, isSharded } from "#jobs/cuttable-job.ts";
import type { JobMessage } from "#jobs/messages.ts";
import type { TrainingEvent, TrainingJob, TrainingSpec } from "#jobs/training-job.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { type ArtifactBucket, createArtifactStore } from "#storage/artifact-store.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import { datasetKey, fitPrefix, modelKey } from "#storage/keys.ts";
import { consume } from "#trainer/consume.ts";
import { createDatasets } from "#trainer/work/datasets.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import { createKernelPool } from "#trainer/work/kernel-pool.ts";
import { createWork } from "#trainer/work/work.ts";
import { madeDataset } from "../../../shared/engine/scale/made-dataset.ts";

const PROJECT = 41;
const DATA = 7;
const MODEL = 9;
const artifactsIn = (bucket: ArtifactBucket) =>
  createArtifactStore(bucket, () => createArtifactKeyRing(["a-secret-of-at-least-32-characters"]));
const artifacts = artifactsIn(env.STORE);

beforeAll(async () => {
  const dataset = madeDataset({ users: 150, items: 60, density: 0.1 });
  const meta = { data_id: DATA, project_id: PROJECT };
  const sections = datasetSections(dataset, 5_000);
  await artifacts.put(datasetKey(PROJECT, DATA), { kind: DATASET_KIND, meta, sections });
});

interface Faults {
  readonly isolateFileBytes: number;
  /** Of each message's second copy, and of a worker that ends in the middle. */
  readonly chance?: number;
  readonly seed?: number;
}

/** A training whose messages are taken in any order. Returns its state at the end. */
async function train(
  algorithm: AlgorithmName,
  params: AlgorithmParams,
  { isolateFileBytes, chance = 0, seed = 1 }: Faults,
): Promise<TrainingJob> {
  const random = createRandom(seed);
  const messages: JobMessage[] = [];
  const spec: TrainingSpec = {
    ...{ modelId: MODEL, projectId: PROJECT, dataId: DATA, algorithm, params, seed: 5, version: 1 },
    ...{ datasetKey: datasetKey(PROJECT, DATA), artifactKey: modelKey(PROJECT, MODEL) },
  };
  let job: TrainingJob | null = null;
  let now = 0;
  const run = async (effect: CuttableEffect) => {
    if (effect.type === "send") messages.push({ v: 1, kind: "slice", modelId: MODEL });
    if (effect.type === "clean") await deletePrefix(env.STORE, fitPrefix(PROJECT, MODEL));
    if (effect.type !== "send-tasks" || !job || !("staged" in job)) return;
    const { stage } = job.staged;
    for (const task of effect.tasks) messages.push({ v: 1, kind: "fit-task", modelId: MODEL, stage, task });
  };
  const tell = async (event: TrainingEvent) => {
    const step = advanceCuttable(job, event, now);
    if (!step) return { type: "nothing" } as const;
    job = JSON.parse(JSON.stringify(step.state)) as TrainingJob;
    for (const effect of step.effects) await run(effect);
    return step.reply;
  };
  const datasets = createDatasets({ artifacts, now: () => 0, pause: async () => {} });
  const deps = (isKilled: boolean) =>
    ({
      ...{
        store: env.STORE,
        artifacts,
        artifactsIn,
        now: () => Date.now(),
        datasets,
        isolateFileBytes,
        sliceMs: 1e9,
        wholeHistoryBytes: 0,
      },
      files: isKilled
        ? { ...bound(), put: () => Promise.reject(new Error("The worker was killed.")) }
        : bound(),
      kernels: createKernelPool(createScalarKernels),
      training: () => ({ handle: tell }),
      processUse: async () => ({ cpuSeconds: 0.5, peakBytes: 1_000 }),
      work: (renew: (progress: number) => Promise<boolean>) =>
        createWork({ now: () => 0, pause: async () => {}, renew }),
    }) as unknown as TrainerDeps;
  await tell({ type: "start", spec });
  const current = () => job as unknown as TrainingJob;
  while (current().task.phase === "waiting" || current().task.phase === "running") {
    if (messages.length === 0) {
      now += 1e9;
      await tell({ type: "alarm" });
      if (messages.length === 0) break;
    }
    const [message] = messages.splice(random.below(messages.length), 1);
    if (!message) break;
    if (random.next() < chance) messages.push(message);
    await consume(deps(random.next() < chance / 4), message);
  }
  return current();
}

function bound() {
  const { STORE } = env;
  const createMultipartUpload = STORE.createMultipartUpload.bind(STORE);
  return { put: STORE.put.bind(STORE), delete: STORE.delete.bind(STORE), createMultipartUpload };
}

async function modelBytes(): Promise<Uint8Array> {
  const object = await env.STORE.get(modelKey(PROJECT, MODEL));
  return new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
}

/** Sections with numbers as they are: sums over blocks of another size differ in their last bits. */
async function modelNumbers(): Promise<Map<string, Float64Array>> {
  const { sections } = await artifacts.get(modelKey(PROJECT, MODEL), MODEL_KIND);
  return new Map(sections.map(({ name, data }) => [name, Float64Array.from(data, Number)]));
}

const leftovers = async () => (await env.STORE.list({ prefix: fitPrefix(PROJECT, MODEL) })).objects.length;

describe("a training with data past one isolate", () => {
  it.each([
    ["TopPop", {}],
    ["RP3beta", { top_k: 5 }],
  ] as const)("leaves the model of one isolate, for %s", async (algorithm, params) => {
    expect((await train(algorithm, params, { isolateFileBytes: 1e9 })).task.phase).toBe("done");
    const whole = await modelBytes();
    await env.STORE.delete(modelKey(PROJECT, MODEL));
    const cut = await train(algorithm, params, { isolateFileBytes: 1_000, chance: 0.2 });
    expect(cut).toMatchObject({ task: { phase: "done" }, result: { bytes: whole.length } });
    expect(cut).toHaveProperty("staged");
    expect(await modelBytes()).toEqual(whole);
    expect(await leftovers()).toBe(0);
  });

  it("leaves factors of one isolate but for the last bits", async () => {
    const params = { n_components: 4, train_epochs: 2 };
    await train("IALS", params, { isolateFileBytes: 1e9 });
    const whole = await modelNumbers();
    await env.STORE.delete(modelKey(PROJECT, MODEL));
    expect((await train("IALS", params, { isolateFileBytes: 1_000 })).task.phase).toBe("done");
    const cut = await modelNumbers();
    expect([...cut.keys()]).toEqual([...whole.keys()]);
    for (const [name, numbers] of whole) {
      const other = cut.get(name) ?? new Float64Array();
      expect(other.length).toBe(numbers.length);
      expect(Math.max(...numbers.map((value, at) => Math.abs(value - (other[at] as number))))).toBeLessThan(
        1e-4,
      );
    }
  });

  it("counts what its tasks read and write, as estimated before", async () => {
    const job = await train("RP3beta", { top_k: 5 }, { isolateFileBytes: 1_000 });
    if (!isSharded(job) || !job.staged.work) throw new Error("It was not cut.");
    const { estimate, measured } = job.staged.work;
    expect(measured.messages).toBe(estimate.messages);
    expect(measured.reads / estimate.reads).toBeGreaterThan(0.8);
    expect(measured.reads / estimate.reads).toBeLessThan(1.2);
    expect(measured.writes / estimate.writes).toBeGreaterThan(0.8);
    expect(measured.writes / estimate.writes).toBeLessThan(1.2);
    expect(measured.written_bytes).toBeGreaterThan(job.result?.bytes ?? 0);
    expect(measured.process).toEqual({
      ...{ cpu_seconds: 0.5 * measured.messages, most_cpu_seconds: 0.5, most_bytes: 1_000 },
    });
  });

  it("refuses an algorithm that needs all data, with those that do not, and writes nothing", async () => {
    await env.STORE.delete(modelKey(PROJECT, MODEL));
    const { task } = await train("DenseSLIM", {}, { isolateFileBytes: 1_000 });
    expect(task).toMatchObject({ phase: "failed" });
    expect(JSON.stringify(task)).toContain(
      "DenseSLIM needs all data in one isolate, because it holds a matrix of all pairs of items; past that, use TopPop",
    );
    expect([await modelBytes(), await leftovers()]).toEqual([new Uint8Array(), 0]);
  });

  it("fails after three attempts at a task, and leaves nothing", async () => {
    const { task } = await train("TopPop", {}, { isolateFileBytes: 1_000, chance: 4 });
    expect(task.phase).toBe("failed");
    expect([await modelBytes(), await leftovers()]).toEqual([new Uint8Array(), 0]);
  });
});
