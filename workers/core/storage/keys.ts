import { BLEND_COMPONENTS } from "#contract/algorithms.ts";
import { TABLE_SIDES, type TableSide } from "#contract/table-sides.ts";

/** The keys of objects in R2. Every key starts with its project, so that a tenant can be exported or erased by prefix. */
export function projectPrefix(projectId: number): string {
  return `projects/${projectId}/`;
}

export function uploadKey(projectId: number, uploadToken: string): string {
  return `${projectPrefix(projectId)}uploads/${uploadToken}`;
}

export function datasetKey(projectId: number, dataId: number): string {
  return `${projectPrefix(projectId)}datasets/${dataId}.edgewise`;
}

/** What the keys of the objects begin with that reading a large file writes for its own tasks. */
export function shardsPrefix(projectId: number, dataId: number): string {
  return `${projectPrefix(projectId)}datasets/${dataId}.shards/`;
}

export function metadataKey(projectId: number, metadataId: number): string {
  return `${projectPrefix(projectId)}metadata/${metadataId}.edgewise`;
}

export function userMetadataKey(projectId: number, metadataId: number): string {
  return `${projectPrefix(projectId)}user-metadata/${metadataId}.edgewise`;
}

export function modelKey(projectId: number, modelId: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.edgewise`;
}

/** A file or model without an erased user; `start` distinguishes attempts. */
export function erasedKey(projectId: number, start: string): string {
  return `${projectPrefix(projectId)}erased/${start}`;
}

/** What the keys of the objects begin with that reading the rest of a large file writes. @param start See `erasedKey`. */
export function erasureShardsPrefix(start: string): string {
  return `${start}.shards/`;
}

/** A part of the vectors that a model of Workers AI made of a project's texts. */
export function embeddingKey(projectId: number, model: string, shard: number): string {
  return `${projectPrefix(projectId)}embeddings/${model}/${String(shard).padStart(3, "0")}`;
}

/** The written items of a project up to a change. */
export function shelfKey(projectId: number, seq: number): string {
  return `${projectPrefix(projectId)}items/${seq}.edgewise`;
}

/** All event segments of a project. */
export function eventsPrefix(projectId: number): string {
  return `${projectPrefix(projectId)}events/`;
}

/** What the keys of an experiment's tallies begin with. */
export function experimentPrefix(projectId: number, experimentId: number): string {
  return `${experimentsPrefix(projectId)}${experimentId}/`;
}

/** All tallies of a project's experiments. */
export function experimentsPrefix(projectId: number): string {
  return `${projectPrefix(projectId)}experiments/`;
}

/** What the keys of the tallies of a test of two slots begin with. */
export function abTestPrefix(projectId: number, testId: number): string {
  return `${abTestsPrefix(projectId)}${testId}/`;
}

/** All tallies of a project's tests of two slots. */
export function abTestsPrefix(projectId: number): string {
  return `${projectPrefix(projectId)}ab-tests/`;
}

/** What Recotem's figures of a test have counted. */
export function abTestResultsKey(projectId: number, testId: number): string {
  return `${abTestPrefix(projectId, testId)}results.json`;
}

/** What the people of a shard did in an experiment or a test. @param prefix Of its tallies. */
export function tallyKey(prefix: string, shard: number): string {
  return `${prefix}${String(shard).padStart(2, "0")}.json`;
}

/** What a project knows of users who are one. */
export function mergesPrefix(projectId: number): string {
  return `${projectPrefix(projectId)}merges/`;
}

export function mergeKey(projectId: number, name: string): string {
  return `${mergesPrefix(projectId)}${name}.json`;
}

/** The segments of one shard; their names sort by sequence. */
export function shardPrefix(projectId: number, shard: number): string {
  return `${eventsPrefix(projectId)}${String(shard).padStart(2, "0")}/`;
}

/** A segment, by the sequence numbers of its first and last event. */
export function segmentKey(prefix: string, first: number, last: number): string {
  return `${prefix}${sequenceText(first)}-${sequenceText(last)}.ndjson`;
}

/** The parts of a segment's key, as they are written in it. */
export function parseSegmentKey(key: string): {
  readonly shard: string;
  readonly first: string;
  readonly last: string;
} {
  const [, shard = "", first = "", last = ""] = /\/(\d+)\/(\d+)-(\d+)\.ndjson$/.exec(key) ?? [];
  return { shard, first, last };
}

/** Enough digits for a trillion events of a shard. */
function sequenceText(sequence: number): string {
  return String(sequence).padStart(13, "0");
}

/** Checkpoints alternate between two keys, so that the previous one survives while the next is written. */
export function checkpointKey(projectId: number, modelId: number, slice: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.checkpoint-${slice % 2}`;
}

/** A finished component of a blend whose training goes on. @param part From 0. */
export function modelPartKey(projectId: number, modelId: number, part: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.part-${part}`;
}

/** A fitted candidate of a study's blend, by its trial. */
export function studyPartKey(projectId: number, jobId: number, trial: number): string {
  return `${studyPrefix(projectId, jobId)}part-${trial}`;
}

/** The features of a study's items and users. */
export function studyFeaturesKey(projectId: number, jobId: number): string {
  return `${studyPrefix(projectId, jobId)}features`;
}

/** Items or users as applications had written them when a study began. */
export function studyWrittenKey(projectId: number, jobId: number, side: TableSide): string {
  return `${studyPrefix(projectId, jobId)}written-${side}s`;
}

const SAMPLE = "sample";

/** The sample of users that a study works on where no isolate holds its dataset. */
export function studySampleKey(projectId: number, jobId: number): string {
  return `${studyPrefix(projectId, jobId)}${SAMPLE}`;
}

export function isStudySample(key: string): boolean {
  return key.endsWith(`.${SAMPLE}`);
}

/** All that a study reads of the tables of its project. */
export function studyTableKeys(projectId: number, jobId: number): string[] {
  const written = TABLE_SIDES.map((side) => studyWrittenKey(projectId, jobId, side));
  return [studyFeaturesKey(projectId, jobId), ...written];
}

/** What the keys of a study's objects begin with. */
export function studyPrefix(projectId: number, jobId: number): string {
  return `${projectPrefix(projectId)}studies/${jobId}.`;
}

/** The resampled means of a job's last measurement: they stay as long as the job. */
export function resamplesKey(projectId: number, jobId: number): string {
  return `${projectPrefix(projectId)}measurements/${jobId}.json`;
}

/** What the keys of the objects begin with that the tasks of a study's measurement on all data write for each other. */
export function measuringPrefix(projectId: number, jobId: number, part: "validation" | "test"): string {
  return `${studyPrefix(projectId, jobId)}measured-${part}/`;
}

/** What the keys of the objects begin with that the tasks of a fit by blocks write for each other. */
export function fitPrefix(projectId: number, modelId: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.fit/`;
}

/** The features of the items and users of a training. */
export function modelFeaturesKey(projectId: number, modelId: number): string {
  return `${projectPrefix(projectId)}models/${modelId}.features`;
}

/** Items or users as applications had written them when a training began. */
export function modelWrittenKey(projectId: number, modelId: number, side: TableSide): string {
  return `${projectPrefix(projectId)}models/${modelId}.written-${side}s`;
}

/** Checkpoints, parts and tables of a training: what it needs until its model is stored. */
export function trainingKeys(projectId: number, modelId: number): string[] {
  const parts = BLEND_COMPONENTS.map((_, part) => modelPartKey(projectId, modelId, part));
  const checkpoints = [checkpointKey(projectId, modelId, 0), checkpointKey(projectId, modelId, 1)];
  const written = TABLE_SIDES.map((side) => modelWrittenKey(projectId, modelId, side));
  return [...checkpoints, modelFeaturesKey(projectId, modelId), ...written, ...parts];
}

/** Everything that a training writes. */
export function modelKeys(projectId: number, modelId: number): string[] {
  return [modelKey(projectId, modelId), ...trainingKeys(projectId, modelId)];
}

/** The key of the dataset from an uploaded file. */
export const readingKeys = {
  training_data: datasetKey,
  item_meta_data: metadataKey,
  user_meta_data: userMetadataKey,
} as const;

/** The kinds of objects by their folder, and the row in the object's name, if it has one. */
export type StoredObject =
  | {
      readonly kind:
        | keyof typeof readingKeys
        | "trained_model"
        | "tuning_job"
        | "measurement"
        | "deletion_item"
        | "experiment"
        | "ab_test";
      readonly rowId: number;
    }
  | { readonly kind: "upload" | "events" | "items" | "merge" };

const NAMES: readonly (readonly [RegExp, (rowId: number) => StoredObject])[] = [
  [/^uploads\/erased(\d+)\b/, (rowId) => ({ kind: "deletion_item", rowId })],
  [/^erased\/(\d+)\b/, (rowId) => ({ kind: "deletion_item", rowId })],
  [/^events\/()/, () => ({ kind: "events" })],
  [/^ab-tests\/(\d+)\//, (rowId) => ({ kind: "ab_test", rowId })],
  [/^experiments\/(\d+)\//, (rowId) => ({ kind: "experiment", rowId })],
  [/^items\/()/, () => ({ kind: "items" })],
  [/^merges\/()/, () => ({ kind: "merge" })],
  [/^uploads\/()/, () => ({ kind: "upload" })],
  [/^datasets\/(\d+)\./, (rowId) => ({ kind: "training_data", rowId })],
  [/^metadata\/(\d+)\./, (rowId) => ({ kind: "item_meta_data", rowId })],
  [/^user-metadata\/(\d+)\./, (rowId) => ({ kind: "user_meta_data", rowId })],
  [/^models\/(\d+)\./, (rowId) => ({ kind: "trained_model", rowId })],
  [/^measurements\/(\d+)\./, (rowId) => ({ kind: "measurement", rowId })],
  [/^studies\/(\d+)\./, (rowId) => ({ kind: "tuning_job", rowId })],
];

/** The object that a key belongs to; null for a key that Edgewise does not write. */
export function parseKey(key: string): (StoredObject & { readonly projectId: number }) | null {
  const [, project = "", name = ""] = /^projects\/(\d+)\/(.*)$/s.exec(key) ?? [];
  for (const [pattern, kindOf] of NAMES) {
    const match = pattern.exec(name);
    if (match) return { ...kindOf(Number(match[1])), projectId: Number(project) };
  }
  return null;
}
