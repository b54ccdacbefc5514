/** The sample of users that a study works on where no isolate holds its dataset: made once, then read by each of its messages. */
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { Breathe } from "#engine/data/breathe.ts";
import { datasetIds, datasetSections, isIdOfDataset } from "#engine/data/dataset-artifact.ts";
import { blockedDatasetOf } from "#engine/scale/blocks/dataset-blocks.ts";
import { sampleUsers } from "#engine/scale/sample/sample-users.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import {
  ArtifactMissing,
  type ArtifactOpener,
  type ArtifactStore,
  type OpenedArtifact,
} from "#storage/artifact-store.ts";
import { isPastIsolate, sampleInteractions } from "#storage/dataset-size.ts";

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
  const { rowCount: ofUsers } = data.userItems;
  const known = await opened(artifacts, sample.key);
  if (known) return { datasetKey: sample.key, users: usersIn(known), ofUsers };
  const ids = await dataset.readSome(isIdOfDataset);
  const whole = { data, users: datasetIds(ids, "user"), items: datasetIds(ids, "item") };
  const wanted = sampleInteractions(isolateFileBytes);
  const made = await sampleUsers(whole, { wanted, seed: sample.seed, breathe });
  const meta = { ...namesOfKey(sample.key), users: made.users.size };
  await artifacts.put(sample.key, { kind: DATASET_KIND, meta, sections: datasetSections(made) });
  return { datasetKey: sample.key, users: made.users.size, ofUsers };
}

function usersIn({ header: { meta } }: OpenedArtifact): number {
  return Number(meta.users);
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

/** Null where it is not stored. */
async function opened(artifacts: ArtifactOpener, key: string): Promise<OpenedArtifact | null> {
  try {
    return await artifacts.open(key, DATASET_KIND);
  } catch (error) {
    if (!(error instanceof ArtifactMissing)) throw error;
    return null;
  }
}
