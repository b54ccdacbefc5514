import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { datasetOf, isNeededForDataset } from "#engine/data/dataset-artifact.ts";
import { isSectionOfSequences, sequencesOf } from "#engine/data/dataset-sequences.ts";
import { withSequences } from "#engine/data/order-places.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { type FeatureTables, sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { tablesSections } from "#engine/features/table-sections.ts";
import type { Steps } from "#engine/in-steps.ts";
import { COLD_RATIO, type ColdScheme, splitCold } from "#engine/split/cold-split.ts";
import type { HeldOutPart } from "#engine/split/held-out-part.ts";
import { type FitOrder, orderWithin } from "#engine/split/order-within.ts";
import { isNextItem } from "#engine/split/split-config.ts";
import { type Split, splitDataset } from "#engine/split/split-dataset.ts";
import { cutNextItems, type NextItemParts } from "#engine/split/split-next-items.ts";
import { type FinalParts, finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import type { TrialSplit } from "#engine/tune/run/measured-trial.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import type { SplitSpec } from "#jobs/study-job.ts";
import { inPieces } from "#platform/in-pieces.ts";
import type { ArtifactOpener, ArtifactStore } from "#storage/artifact-store.ts";
import type { TextEmbedding } from "../embedding/text-embedding.ts";
import { tablesOfJob } from "./job-tables.ts";
import { LastSample, type StudySample, sampleOfJob } from "./study-sample.ts";

/**
 * Datasets and their splits, with the features of items and users where the job has tables. Those used last stay loaded: the trials of a
 * study come one after another and all read the same.
 */
export interface Datasets {
  /** @param hasOrder Whether it includes the sequences of users, where the dataset has them. */
  load(data: JobData, hasOrder?: boolean): Promise<Dataset>;
  /** The sample of users that all of the others give of a study's data, where no isolate holds the dataset; null: they give all. */
  sample(data: JobData): Promise<StudySample | null>;
  /** Null without tables. */
  tables(data: JobData): Promise<FeatureTables | null>;
  /** @param hasAges Whether the parts include their entries' ages and their order. Splits by next items always do. */
  split(data: JobData, spec: SplitSpec, hasAges: boolean): Promise<TrialSplit>;
  /** Those of the last measurement. Nothing else of the dataset stays loaded: it comes at the end of a study, with its largest fit. */
  finalParts(data: JobData, spec: SplitSpec, hasAges: boolean): Promise<FinalParts>;
  /** Those of a measurement of new items or users; the same of what stays loaded. */
  coldParts(data: JobData, scheme: ColdScheme, seed: number, hasAges: boolean): Promise<FinalParts>;
  /** Lets go of all that stays loaded. */
  release(): void;
}

export interface DatasetEffects {
  readonly embedding?: TextEmbedding | null;
  readonly artifacts: Pick<ArtifactStore, "get" | "getSections" | "put"> & ArtifactOpener;
  /** A dataset with more bytes is sampled for a study; by default only one that cannot be read whole. */
  readonly isolateFileBytes?: number;
  readonly now: () => number;
  /** Lets others who share the thread run. */
  readonly pause: () => Promise<void>;
}

/** Requests of one measurement: a share that they find is known within .35 %. */
const MOST_REQUESTS = 20_000;

/** What stays loaded, at most; the one used last stays in any case. A fit has the rest of the isolate. */
const MOST_KEPT_BYTES = 16e6;

export function createDatasets(
  { artifacts, now, pause, embedding = null, isolateFileBytes = Number.POSITIVE_INFINITY }: DatasetEffects,
  mostBytes = MOST_KEPT_BYTES,
): Datasets {
  const kept = new KeptLoads(mostBytes);
  const run = <Result>(steps: Steps<Result>) => inPieces(steps, { now, pause });
  const samples = new LastSample((data) =>
    sampleOfJob({ artifacts, isolateFileBytes, breathe: pause }, data),
  );
  /** The same job on what it works on. */
  const studied = async (data: JobData): Promise<JobData> => {
    const sample = await samples.of(data);
    return sample ? { ...data, datasetKey: sample.datasetKey } : data;
  };
  const tables = (data: JobData): Promise<FeatureTables | null> =>
    kept.load(tableRequest(data), async () => {
      const value = await tablesOfJob({ artifacts, run, embedding }, data);
      return { value, bytes: value ? tableBytes(value) : 0 };
    });
  const plainDataset = (key: string): Promise<Dataset> =>
    kept.load({ key, name: "dataset" }, async () => {
      const isNeeded = (section: string) => isNeededForDataset(section, false);
      const sections = await artifacts.getSections(key, DATASET_KIND, isNeeded);
      return { value: datasetOf(sections), bytes: sectionBytes(sections) };
    });
  const sequencesIn = (key: string, dataset: Dataset): Promise<Dataset["sequences"]> =>
    kept.load({ key, name: "sequences" }, async () => {
      const sections = await artifacts.getSections(key, DATASET_KIND, isSectionOfSequences);
      const stored = sequencesOf(sections, dataset.users.size, dataset.items.size);
      const value = stored ?? (await withSequences(dataset, pause)).sequences;
      return { value, bytes: value ? 3 * value.items.byteLength + value.offsets.byteLength : 0 };
    });
  const loadDataset = async (key: string, hasOrder: boolean): Promise<Dataset> => {
    const dataset = await plainDataset(key);
    return hasOrder ? { ...dataset, sequences: await sequencesIn(key, dataset) } : dataset;
  };
  const splitOf = (key: string, spec: SplitSpec, hasAges: boolean): Promise<WholeSplit> =>
    kept.load({ key, name: JSON.stringify({ spec, hasAges }) }, async () => {
      const dataset = await loadDataset(key, hasAges);
      const { seed, ...config } = spec;
      const split = splitDataset(hasAges ? withAges(dataset) : dataset, config, seed);
      const order: FitOrder = hasAges ? orderWithin(dataset, split.train) : {};
      const value = { ...split, ...order };
      const parts = [value.train, value.validation, value.test];
      return { value, bytes: parts.reduce((sum, part) => sum + bytesOf(part), orderBytes(order)) };
    });
  const nextItemsOf = (key: string, spec: SplitSpec, part: HeldOutPart): Promise<NextItemParts> =>
    kept.load({ key, name: JSON.stringify({ spec, part }) }, async () => {
      const value = cutNextItems(await loadDataset(key, true), spec, part, MOST_REQUESTS);
      const { profiles } = value.queries;
      return { value, bytes: bytesOf(value.train) + 2 * bytesOf(profiles) + orderBytes(value) };
    });
  const trialsOf = async (key: string, spec: SplitSpec, hasAges: boolean): Promise<TrialSplit> => {
    if (!isNextItem(spec.scheme)) return splitOf(key, spec, hasAges);
    const { heldout, ...parts } = await nextItemsOf(key, spec, "validation");
    return { ...parts, validation: heldout };
  };
  const lastPartsOf = async (key: string, spec: SplitSpec, hasAges: boolean): Promise<FinalParts> => {
    if (isNextItem(spec.scheme)) {
      const { train, heldout, ...parts } = await nextItemsOf(key, spec, "test");
      return { ...parts, seen: train, test: heldout };
    }
    const parts = finalPartsOf(await splitOf(key, spec, hasAges));
    return hasAges ? { ...parts, ...orderWithin(await loadDataset(key, true), parts.seen) } : parts;
  };
  const partsOf = async (data: JobData, spec: SplitSpec, hasAges: boolean): Promise<FinalParts> => {
    const { datasetKey: key } = data;
    const request = { key, name: JSON.stringify({ final: spec, hasAges }) };
    const parts = await kept.load(request, async () => {
      const value = await lastPartsOf(key, spec, hasAges);
      return { value, bytes: bytesOf(value.seen) + bytesOf(value.test) + orderBytes(value) };
    });
    kept.forgetOthers(key, [request.name, tableRequest(data).name]);
    return parts;
  };
  const coldOf = async (
    data: JobData,
    cut: { readonly scheme: ColdScheme; readonly seed: number; readonly hasAges: boolean },
  ): Promise<FinalParts> => {
    const { datasetKey: key } = data;
    const request = { key, name: JSON.stringify(cut) };
    const parts = await kept.load(request, async () => {
      const dataset = await loadDataset(key, cut.hasAges);
      const { userItems, disliked } = cut.hasAges ? withAges(dataset) : dataset;
      const { train, heldout, candidates } = splitCold(userItems, cut.scheme, COLD_RATIO, cut.seed);
      const order = cut.hasAges ? orderWithin(dataset, train) : {};
      const value = { seen: train, test: heldout, disliked, candidates, ...order };
      return { value, bytes: bytesOf(train) + bytesOf(heldout) + orderBytes(value) };
    });
    kept.forgetOthers(key, [request.name, tableRequest(data).name]);
    return parts;
  };
  // The tables come first: making them takes memory that the data take afterwards.
  const withFeatures = async <Data extends object>(job: JobData, load: (data: JobData) => Promise<Data>) => {
    const data = await studied(job);
    const made = data.features ? await tables(data) : null;
    const loaded = await load(data);
    return made ? { ...loaded, features: sideFeaturesOf(made) } : loaded;
  };
  return {
    sample: (job) => samples.of(job),
    tables: async (job) => (job.features ? tables(await studied(job)) : null),
    load: (job, hasOrder = false) => withFeatures(job, (data) => loadDataset(data.datasetKey, hasOrder)),
    split: (job, spec, hasAges) => withFeatures(job, (data) => trialsOf(data.datasetKey, spec, hasAges)),
    coldParts: (job, scheme, seed, hasAges) =>
      withFeatures(job, (data) => coldOf(data, { scheme, seed, hasAges })),
    finalParts: (job, spec, hasAges) => withFeatures(job, (data) => partsOf(data, spec, hasAges)),
    release: () => kept.forgetAll(),
  };
}

type WholeSplit = Split & FitOrder;

function orderBytes(order: FitOrder): number {
  return [order.sequences, order.sessions].reduce(
    (sum, rows) =>
      sum + (rows ? rows.offsets.byteLength + rows.items.byteLength + (rows.ages?.byteLength ?? 0) : 0),
    0,
  );
}

function tableRequest({ datasetKey: key, features }: JobData): Request {
  return { key, name: `tables ${features?.artifactKey}` };
}

function tableBytes(tables: FeatureTables): number {
  return sectionBytes(tablesSections(tables));
}

function sectionBytes(sections: readonly Section[]): number {
  return sections.reduce((sum, { data }) => sum + data.byteLength, 0);
}

function bytesOf({ indptr, indices, values, ages }: CsrMatrix): number {
  return indptr.byteLength + indices.byteLength + values.byteLength + (ages?.byteLength ?? 0);
}

interface Request {
  /** Of the dataset. */
  readonly key: string;
  /** What of it. */
  readonly name: string;
}

interface Kept extends Request {
  readonly value: Promise<unknown>;
  /** 0 until it is loaded. */
  bytes: number;
}

/** Loaded values of one dataset, the one used last at the end. Values of another dataset go before it is read; failures are not kept. */
class KeptLoads {
  #kept: readonly Kept[] = [];
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  load<T>(request: Request, read: () => Promise<{ value: T; bytes: number }>): Promise<T> {
    const known = this.#kept.find(({ key, name }) => key === request.key && name === request.name);
    if (known) {
      this.#kept = [...this.#without(known), known];
      return known.value as Promise<T>;
    }
    this.#kept = this.#kept.filter(({ key }) => key === request.key);
    const loading = read();
    const mine: Kept = { ...request, value: loading.then(({ value }) => value), bytes: 0 };
    this.#kept = [...this.#kept, mine];
    loading.then(
      ({ bytes }) => {
        mine.bytes = bytes;
        if (this.#kept.includes(mine)) this.#shrink(mine);
      },
      () => {
        this.#kept = this.#without(mine);
      },
    );
    return mine.value as Promise<T>;
  }

  forgetAll(): void {
    this.#kept = [];
  }

  /** Lets go of everything else of a dataset. */
  forgetOthers(key: string, names: readonly string[]): void {
    this.#kept = this.#kept.filter((one) => one.key !== key || names.includes(one.name));
  }

  /** Lets go of the values used longest ago until the others fit. The one that was just loaded stays, and so do those that load. */
  #shrink(loaded: Kept): void {
    let bytes = this.#kept.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of this.#without(loaded)) {
      if (bytes <= this.#mostBytes) return;
      if (one.bytes === 0) continue;
      bytes -= one.bytes;
      this.#kept = this.#without(one);
    }
  }

  #without(one: Kept): Kept[] {
    return this.#kept.filter((other) => other !== one);
  }
}
