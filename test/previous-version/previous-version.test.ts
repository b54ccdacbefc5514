import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, type AlgorithmName } from "#contract/algorithms.ts";
import { withFloatFactors } from "#engine/algorithms/factor-store/stored-factors.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { type Artifact, decodeArtifact } from "#engine/artifact/decode-artifact.ts";
import { CHECKPOINT_KIND, DATASET_KIND, METADATA_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { datasetOf } from "#engine/data/dataset-artifact.ts";
import { metadataOf } from "#engine/data/item-metadata.ts";
import { transpose } from "#engine/data/transpose.ts";
import { servableOf } from "#engine/serve/model-artifact.ts";
import { type JobMessage, jobMessage } from "#jobs/messages.ts";
import { createArtifactKeyRing, sha256 } from "#storage/artifact-signing.ts";
import { loadWasmKernels } from "../shared/engine/kernels/load-kernels.ts";
import {
  CHECKPOINT_PARAMS,
  CHECKPOINT_SEED,
  KEPT,
  KEPT_SECRET,
  keptAnswers,
  keptBytes,
  messagesPath,
  PROJECT_ID,
  USER,
} from "./what-is-kept.ts";

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());
const answers = keptAnswers();
const { verifier } = await createArtifactKeyRing(["the secret of today", KEPT_SECRET]);

function kept(name: string, kind: string): Promise<Artifact> {
  return decodeArtifact(keptBytes(name), { kind, digest: sha256, verifier });
}

/** Within what another order of the same sums changes. */
function expectScores(found: ArrayLike<number>, expected: readonly number[] | undefined): void {
  expect(found.length).toBe(expected?.length);
  expected?.forEach((score, item) => {
    expect(Math.abs((found[item] ?? Number.NaN) - score)).toBeLessThan(1e-4 * Math.max(1, Math.abs(score)));
  });
}

describe("what the previous version wrote is read by this one", () => {
  it("keeps a model of every algorithm that has been released", () => {
    const models = readdirSync(KEPT).flatMap((name) => /^model-(.+)\.edgewise$/.exec(name)?.[1] ?? []);
    expect(models.sort()).toEqual(Object.keys(answers.scores).sort());
    expect(ALGORITHM_NAMES).toEqual(expect.arrayContaining(models));
  });

  it.each(Object.keys(answers.scores))("a model of %s recommends what it recommended", async (algorithm) => {
    const artifact = await kept(`model-${algorithm}`, MODEL_KIND);
    expect(artifact.meta).toMatchObject({ model_id: 13, project_id: PROJECT_ID, algorithm });
    const { model, users, items, history, disliked } = servableOf(artifact, kernels);
    expect(items.idAt(items.size - 1)).toBe(answers.items.at(-1));
    expect([...(disliked ? csrRow(disliked, users.indexOf("fay")).indices : [])]).toEqual([
      items.indexOf("9"),
    ]);
    const out = new Float32Array(model.itemCount);
    model.scoreProfileInto(csrRow(history, users.indexOf(USER)), out);
    expectScores(out, answers.scores[algorithm]);
  });

  it("a dataset has its rows, with times", async () => {
    const dataset = datasetOf((await kept("dataset", DATASET_KIND)).sections);
    expect(Array.from({ length: dataset.items.size }, (_, at) => dataset.items.idAt(at))).toEqual(
      answers.items,
    );
    expect(dataset.userItems.indices.length).toBe(answers.interactions);
    expect(dataset.times?.[0]).toBe(1_700_000_000_000);
  });

  it("metadata has its records", async () => {
    const metadata = metadataOf((await kept("item-metadata", METADATA_KIND)).sections);
    expect(metadata.columns).toEqual(["title", "year"]);
    expect(metadata.find(answers.items[0] ?? "")).toEqual(answers.record);
  });

  it("a training continues from its checkpoint to the same model", async () => {
    const { userItems, users } = datasetOf((await kept("dataset", DATASET_KIND)).sections);
    const { sections, meta } = await kept("checkpoint", CHECKPOINT_KIND);
    expect(meta).toMatchObject({ retained: 0, slice_ms: 20_000 });
    const input = { userItems, itemUsers: transpose(userItems), kernels, seed: CHECKPOINT_SEED };
    const task = algorithmOf("IALS" satisfies AlgorithmName).resume(input, CHECKPOINT_PARAMS, sections);
    expect(task.epoch).toBe(2);
    while (!task.done) task.step();
    const out = new Float32Array(answers.items.length);
    task.model().scoreProfileInto(csrRow(userItems, users.indexOf(USER)), out);
    expectScores(out, answers.resumed);
  });

  it.each([
    ["study-part", { job_id: 12, project_id: PROJECT_ID, trial: 3 }],
    ["training-part", { model_id: 13, project_id: PROJECT_ID, part: 1 }],
  ])("a component in %s scores as it did", async (name, names) => {
    const { userItems, users } = datasetOf((await kept("dataset", DATASET_KIND)).sections);
    const { sections, meta } = await kept(name, CHECKPOINT_KIND);
    expect(meta).toEqual(names);
    const model = algorithmOf("IALS").decode(withFloatFactors(sections), kernels);
    const out = new Float32Array(answers.items.length);
    model.scoreProfileInto(csrRow(userItems, users.indexOf(USER)), out);
    expectScores(out, answers.part);
  });

  it("the training of a blend continues from its checkpoint within a component", async () => {
    const { userItems, users } = datasetOf((await kept("dataset", DATASET_KIND)).sections);
    const { sections, meta } = await kept("blend-checkpoint", CHECKPOINT_KIND);
    expect(meta).toMatchObject({ retained: 0.5, slice_ms: 20_000, part: 1, has_begun: true });
    const input = { userItems, itemUsers: transpose(userItems), kernels, seed: CHECKPOINT_SEED };
    const task = algorithmOf("IALS").resume(input, CHECKPOINT_PARAMS, sections);
    while (!task.done) task.step();
    const out = new Float32Array(answers.items.length);
    task.model().scoreProfileInto(csrRow(userItems, users.indexOf(USER)), out);
    expectScores(out, answers.resumed);
  });

  it("every message still parses to itself", () => {
    const messages = JSON.parse(readFileSync(messagesPath, "utf8")) as JobMessage[];
    expect(messages.map((message) => jobMessage.parse(message))).toEqual(messages);
    expect(new Set(messages.map(({ kind }) => kind)).size).toBe(jobMessage.options.length);
  });
});
