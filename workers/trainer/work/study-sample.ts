/** The sample of users that a study works on where no isolate holds its dataset: made once, then read by each of its messages. */
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { Breathe } from "#engine/data/breathe.ts";
import { datasetIds, datasetSections, isIdOfDataset } from "#engine/data/dataset-artifact.ts";
import { blockedDatasetOf } from "#engine/scale/blocks/dataset-blocks.ts";
import { SAMPLE_INTERACTIONS, sampledUserCount, sampleUsers } from "#engine/scale/sample/sample-users.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import {
  ArtifactMissing,
  type ArtifactOpener,
  type ArtifactStore,
  MAX_ARTIFACT_BYTES,
} from "#storage/artifact-store.ts";
import { isPastIsolate } from "#storage/dataset-size.ts";

export interface SampleDeps {
  readonly artifacts: Pick<ArtifactStore, "put"> & ArtifactOpener;
  /** Past it, a dataset is sampled. */
  readonly isolateFileBytes: number;
  readonly breathe: Breathe;
}

export interface StudySample {
  /** Of the sample's dataset. */
  readonly datasetKey: string;
  readonly users: number;
  /** Of the whole dataset. */
  readonly ofUsers: number;
}

/** An entry in memory: item, weight and time. */
const ENTRY_BYTES = 16;

/** Null where an isolate holds the dataset, or the job takes no sample. Concurrent messages may both make it: the bytes are the same. */
export async function sampleOfJob(
  deps: SampleDeps,
  { datasetKey, sample }: JobData,
): Promise<StudySample | null> {
  if (!sample) return null;
  const { artifacts, isolateFileBytes, breathe } = deps;
  const dataset = await artifacts.open(datasetKey, DATASET_KIND);
  if (!isPastIsolate(dataset.header, isolateFileBytes)) return null;
  const data = await blockedDatasetOf({
    entries: dataset.header.sections,
    read: (names) => dataset.readSome((name) => names.includes(name)),
  });
  const { rowCount, interactionCount } = data.userItems;
  const most = Math.min(MAX_ARTIFACT_BYTES, isolateFileBytes) / ENTRY_BYTES;
  const wanted = Math.min(SAMPLE_INTERACTIONS, most);
  const users = sampledUserCount(rowCount, interactionCount, wanted);
  const found = { datasetKey: sample.key, users, ofUsers: rowCount };
  if (await exists(artifacts, sample.key)) return found;
  const ids = await dataset.readSome(isIdOfDataset);
  const whole = { data, users: datasetIds(ids, "user"), items: datasetIds(ids, "item") };
  const made = await sampleUsers(whole, { wanted, seed: sample.seed, breathe });
  const meta = { ...namesOfKey(sample.key) };
  await artifacts.put(sample.key, { kind: DATASET_KIND, meta, sections: datasetSections(made) });
  return found;
}

/** Knows the sample of the job that asked last; a failure is not kept. */
export class LastSample {
  readonly #find: (data: JobData) => Promise<StudySample | null>;
  #last: { readonly name: string; readonly sample: Promise<StudySample | null> } | null = null;

  constructor(find: (data: JobData) => Promise<StudySample | null>) {
    this.#find = find;
  }

  of(data: JobData): Promise<StudySample | null> {
    if (!data.sample) return Promise.resolve(null);
    const name = `${data.datasetKey} ${data.sample.key}`;
    if (this.#last?.name === name) return this.#last.sample;
    const sample = this.#find(data);
    this.#last = { name, sample };
    sample.catch(() => {
      if (this.#last?.sample === sample) this.#last = null;
    });
    return sample;
  }
}

async function exists(artifacts: ArtifactOpener, key: string): Promise<boolean> {
  try {
    await artifacts.open(key, DATASET_KIND);
    return true;
  } catch (error) {
    if (!(error instanceof ArtifactMissing)) throw error;
    return false;
  }
}
