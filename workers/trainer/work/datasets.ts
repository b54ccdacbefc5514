import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { datasetOf, isNeededForDataset } from "#engine/data/dataset-artifact.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { type FeatureTables, sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { tablesSections } from "#engine/features/table-sections.ts";
import type { Steps } from "#engine/in-steps.ts";
import { COLD_RATIO, type ColdScheme, splitCold } from "#engine/split/cold-split.ts";
import { type Split, splitDataset } from "#engine/split/split-dataset.ts";
import { type FinalParts, finalPartsOf } from "#engine/tune/run/final-evaluation.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import type { SplitSpec } from "#jobs/study-job.ts";
import { inPieces } from "#platform/in-pieces.ts";
import type { ArtifactStore } from "#storage/artifact-store.ts";
import type { TextEmbedding } from "../embedding/text-embedding.ts";
import { tablesOfJob } from "./job-tables.ts";

/**
 * Datasets and their splits, with the features of items and users where the job has tables. Those used last stay loaded: the trials of a
 * study come one after another and all read the same.
 */
export interface Datasets {
  load(data: JobData): Promise<Dataset>;
  /** Null without tables. */
  tables(data: JobData): Promise<FeatureTables | null>;
  /** @param hasAges Whether the parts include their entries' ages. */
  split(data: JobData, spec: SplitSpec, hasAges: boolean): Promise<Split>;
  /** Those of the last measurement. Nothing else of the dataset stays loaded: it comes at the end of a study, with its largest fit. */
  finalParts(data: JobData, spec: SplitSpec, hasAges: boolean): Promise<FinalParts>;
  /** Those of a measurement of new items or users; the same of what stays loaded. */
  coldParts(data: JobData, scheme: ColdScheme, seed: number, hasAges: boolean): Promise<FinalParts>;
}

export interface DatasetEffects {
  readonly embedding?: TextEmbedding | null;
  readonly artifacts: Pick<ArtifactStore, "get" | "getSections" | "put">;
  readonly now: () => number;
  /** Lets others who share the thread run. */
  readonly pause: () => Promise<void>;
}

/** What stays loaded, at most; the one used last stays in any case. A fit has the rest of the isolate. */
const MOST_KEPT_BYTES = 16e6;

export function createDatasets(
  { artifacts, now, pause, embedding = null }: DatasetEffects,
  mostBytes = MOST_KEPT_BYTES,
): Datasets {
  const kept = new KeptLoads(mostBytes);
  const run = <Result>(steps: Steps<Result>) => inPieces(steps, { now, pause });
  const tables = (data: JobData): Promise<FeatureTables | null> =>
    kept.load(tableRequest(data), async () => {
      const value = await tablesOfJob({ artifacts, run, embedding }, data);
      return { value, bytes: value ? tableBytes(value) : 0 };
    });
  const loadDataset = (key: string): Promise<Dataset> =>
    kept.load({ key, name: "dataset" }, async () => {
      const sections = await artifacts.getSections(key, DATASET_KIND, isNeededForDataset);
      return { value: datasetOf(sections), bytes: sectionBytes(sections) };
    });
  const splitOf = (key: string, spec: SplitSpec, hasAges: boolean): Promise<Split> =>
    kept.load({ key, name: JSON.stringify({ spec, hasAges }) }, async () => {
      const dataset = await loadDataset(key);
      const { seed, ...config } = spec;
      const value = splitDataset(hasAges ? withAges(dataset) : dataset, config, seed);
      const bytes = [value.train, value.validation, value.test].reduce((sum, part) => sum + bytesOf(part), 0);
      return { value, bytes };
    });
  const partsOf = async (data: JobData, spec: SplitSpec, hasAges: boolean): Promise<FinalParts> => {
    const { datasetKey: key } = data;
    const request = { key, name: JSON.stringify({ final: spec, hasAges }) };
    const parts = await kept.load(request, async () => {
      const value = finalPartsOf(await splitOf(key, spec, hasAges));
      return { value, bytes: bytesOf(value.seen) + bytesOf(value.test) };
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
      const dataset = await loadDataset(key);
      const { userItems, disliked } = cut.hasAges ? withAges(dataset) : dataset;
      const { train, heldout, candidates } = splitCold(userItems, cut.scheme, COLD_RATIO, cut.seed);
      const value = { seen: train, test: heldout, disliked, candidates };
      return { value, bytes: bytesOf(train) + bytesOf(heldout) };
    });
    kept.forgetOthers(key, [request.name, tableRequest(data).name]);
    return parts;
  };
  // The tables come first: making them takes memory that the data take afterwards.
  const withFeatures = async <Data extends object>(data: JobData, load: () => Promise<Data>) => {
    const made = data.features ? await tables(data) : null;
    const loaded = await load();
    return made ? { ...loaded, features: sideFeaturesOf(made) } : loaded;
  };
  return {
    tables: async (data) => (data.features ? tables(data) : null),
    load: (data) => withFeatures(data, () => loadDataset(data.datasetKey)),
    split: (data, spec, hasAges) => withFeatures(data, () => splitOf(data.datasetKey, spec, hasAges)),
    coldParts: (data, scheme, seed, hasAges) =>
      withFeatures(data, () => coldOf(data, { scheme, seed, hasAges })),
    finalParts: (data, spec, hasAges) => withFeatures(data, () => partsOf(data, spec, hasAges)),
  };
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
