/**
 * `node test/previous-version/keep.ts` writes `kept/` by the code as it stands: one artifact of each kind, a model of each
 * algorithm, and one message of each kind. Run it once for a release, before the next one begins; code that follows must read what
 * it wrote.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALGORITHM_NAMES, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { storedPart } from "#engine/algorithms/blend/stored-part.ts";
import { withFloatFactors } from "#engine/algorithms/factor-store/stored-factors.ts";
import type { FitInput, Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { type ArtifactContent, encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import { CHECKPOINT_KIND, DATASET_KIND, METADATA_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { metadataSections } from "#engine/data/item-metadata.ts";
import { transpose } from "#engine/data/transpose.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { finishSteps } from "#engine/in-steps.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import type { JobMessage } from "#jobs/messages.ts";
import { createArtifactKeyRing, sha256 } from "#storage/artifact-signing.ts";
import {
  answersPath,
  CHECKPOINT_PARAMS,
  CHECKPOINT_SEED,
  KEPT,
  KEPT_SECRET,
  messagesPath,
  PROJECT_ID,
  USER,
} from "./what-is-kept.ts";

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = 1_700_000_000_000;
const TAKEN = {
  ann: ["1", "2", "9"],
  bob: ["1", "2", "3", "9"],
  cleo: ["4", "5", "9"],
  dora: ["3", "4", "1"],
  emil: ["5", "2", "4", "9"],
  fay: ["1", "3", "5"],
} as const;
const SMALL: Partial<Record<AlgorithmName, AlgorithmParams>> = {
  IALS: { n_components: 2, train_epochs: 3 },
  BPR: { n_components: 2, train_epochs: 3 },
  NMF: { n_components: 2 },
  GFCF: { n_components: 2 },
  TruncatedSVD: { n_components: 2 },
  Blend: { "IALS.n_components": 2, "IALS.train_epochs": 2 },
};

const MESSAGES: readonly JobMessage[] = [
  { v: 1, kind: "ingest", source: "training_data", rowId: 11 },
  { v: 1, kind: "ingest-task", source: "training_data", rowId: 11, stage: 1, task: 4 },
  { v: 1, kind: "trial", jobId: 12, trial: 3 },
  { v: 1, kind: "plan", jobId: 12 },
  { v: 1, kind: "finalist", jobId: 12, trial: 3 },
  { v: 1, kind: "fit-part", jobId: 12, trial: 3 },
  { v: 1, kind: "blend-weights", jobId: 12 },
  { v: 1, kind: "final", jobId: 12 },
  { v: 1, kind: "cold", jobId: 12, scheme: "cold-items" },
  { v: 1, kind: "measuring-task", jobId: 12, part: "test", stage: 2, task: 5 },
  { v: 1, kind: "slice", modelId: 13 },
  { v: 1, kind: "fit-task", modelId: 13, stage: 2, task: 5 },
  { v: 1, kind: "erase", itemId: 14 },
  { v: 1, kind: "erase-task", itemId: 14, stage: 1, task: 2 },
];

const { signer } = await createArtifactKeyRing([KEPT_SECRET]);

async function keep(name: string, content: ArtifactContent): Promise<void> {
  const chunks = await encodeArtifact(content, { digest: sha256, signer });
  writeFileSync(join(KEPT, `${name}.edgewise`), Buffer.concat(chunks));
}

async function smallDataset(): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: true });
  let row = 0;
  for (const [user, items] of Object.entries(TAKEN))
    for (const item of items) builder.add(user, item, 1 + (row % 3), FIRST_DAY_MS + row++ * DAY_MS);
  builder.add("fay", "9", -1, FIRST_DAY_MS);
  return (await builder.finish(async () => undefined)).dataset;
}

function inputOf({ userItems }: Pick<Dataset, "userItems">, seed: number): FitInput {
  return { userItems, itemUsers: transpose(userItems), kernels: createScalarKernels(), seed };
}

function scoresOf(model: Model, dataset: Dataset): number[] {
  const out = new Float32Array(model.itemCount);
  model.scoreProfileInto(csrRow(dataset.userItems, dataset.users.indexOf(USER)), out);
  return [...out];
}

async function keepModel(dataset: Dataset, algorithm: AlgorithmName): Promise<number[]> {
  const params = SMALL[algorithm] ?? {};
  const task = algorithmOf(algorithm).begin(inputOf(withAges(dataset), 1), params);
  while (!task.done) task.step();
  const model = task.model();
  const meta = { model_id: 13, project_id: PROJECT_ID, data_id: 11, algorithm, params, version: 1 };
  await keep(`model-${algorithm}`, { kind: MODEL_KIND, meta, sections: modelSections(model, dataset) });
  return scoresOf(model, dataset);
}

async function keepCheckpoint(dataset: Dataset): Promise<number[]> {
  const task = algorithmOf("IALS").begin(inputOf(dataset, CHECKPOINT_SEED), CHECKPOINT_PARAMS);
  while (task.epoch < 2) task.step();
  const meta = { model_id: 13, project_id: PROJECT_ID, slice: 1, retained: 0, slice_ms: 20_000 };
  await keep("checkpoint", { kind: CHECKPOINT_KIND, meta, sections: task.checkpoint() });
  while (!task.done) task.step();
  return scoresOf(task.model(), dataset);
}

/** A model as a study keeps it for its blend, and as a blend's training keeps a finished component. */
async function keepPart(dataset: Dataset): Promise<number[]> {
  const task = algorithmOf("IALS").begin(inputOf(dataset, CHECKPOINT_SEED), CHECKPOINT_PARAMS);
  while (!task.done) task.step();
  const sections = finishSteps(storedPart(task.model(), true));
  const ofStudy = { job_id: 12, project_id: PROJECT_ID, trial: 3 };
  await keep("study-part", { kind: CHECKPOINT_KIND, meta: ofStudy, sections });
  const ofTraining = { model_id: 13, project_id: PROJECT_ID, part: 1 };
  await keep("training-part", { kind: CHECKPOINT_KIND, meta: ofTraining, sections });
  const model = algorithmOf("IALS").decode(withFloatFactors(sections), createScalarKernels());
  return scoresOf(model, dataset);
}

/** The state of a blend's training within its second component. */
async function keepBlendCheckpoint(dataset: Dataset): Promise<void> {
  const task = algorithmOf("IALS").begin(inputOf(dataset, CHECKPOINT_SEED), CHECKPOINT_PARAMS);
  while (task.epoch < 2) task.step();
  const left = { retained: 0.5, slice_ms: 20_000, part: 1, has_begun: true };
  const meta = { model_id: 13, project_id: PROJECT_ID, slice: 2, ...left };
  await keep("blend-checkpoint", { kind: CHECKPOINT_KIND, meta, sections: task.checkpoint() });
}

async function keepMetadata({ items }: Dataset): Promise<Record<string, unknown>> {
  const records = Array.from({ length: items.size }, (_, at) => ({
    title: `Title ${at + 1}`,
    year: 1990 + at,
  }));
  const parts = records.map((record) => new TextEncoder().encode(JSON.stringify(record)));
  const offsets = Uint32Array.from([0, ...parts.map((part) => part.length)]);
  for (let at = 1; at < offsets.length; at++) offsets[at] = (offsets[at] ?? 0) + (offsets[at - 1] ?? 0);
  const columns = ["title", "year"];
  const bytes = new Uint8Array(Buffer.concat(parts));
  const sections = metadataSections({
    itemIds: items,
    columns,
    numericColumns: ["year"],
    records: { bytes, offsets },
  });
  const meta = { metadata_id: 15, project_id: PROJECT_ID, columns };
  await keep("item-metadata", { kind: METADATA_KIND, meta, sections });
  return records[0] ?? {};
}

mkdirSync(KEPT, { recursive: true });
const dataset = await smallDataset();
const meta = { data_id: 11, project_id: PROJECT_ID };
await keep("dataset", { kind: DATASET_KIND, meta, sections: datasetSections(dataset) });
const scores: Record<string, readonly number[]> = {};
for (const algorithm of ALGORITHM_NAMES) scores[algorithm] = await keepModel(dataset, algorithm);
const items = Array.from({ length: dataset.items.size }, (_, index) => dataset.items.idAt(index));
const interactions = dataset.userItems.indices.length;
const record = await keepMetadata(dataset);
await keepBlendCheckpoint(dataset);
const part = await keepPart(dataset);
const answers = { items, interactions, scores, resumed: await keepCheckpoint(dataset), part, record };
writeFileSync(answersPath, `${JSON.stringify(answers, null, 2)}\n`);
writeFileSync(messagesPath, `${JSON.stringify(MESSAGES, null, 2)}\n`);
