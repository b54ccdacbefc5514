import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { datasetOf } from "#engine/data/dataset-artifact.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { type Split, splitDataset } from "#engine/split/split-dataset.ts";
import type { SplitSpec } from "#jobs/study-job.ts";
import type { ArtifactStore } from "#storage/artifact-store.ts";

/** Datasets and their splits; keeps the last one: the trials of a study come one after another and all read the same. */
export interface Datasets {
  load(key: string): Promise<Dataset>;
  /** @param hasAges Whether the parts include their entries' ages. */
  split(key: string, spec: SplitSpec, hasAges: boolean): Promise<Split>;
}

export function createDatasets(artifacts: ArtifactStore): Datasets {
  const loadOnce = rememberLast(async (key: string) =>
    datasetOf((await artifacts.get(key, DATASET_KIND)).sections),
  );
  const splitOnce = rememberLast(async (request: string) => {
    const { key, spec, hasAges } = JSON.parse(request) as { key: string; spec: SplitSpec; hasAges: boolean };
    const { seed, ...config } = spec;
    const dataset = await loadOnce(key);
    return splitDataset(hasAges ? withAges(dataset) : dataset, config, seed);
  });
  return { load: loadOnce, split: (key, spec, hasAges) => splitOnce(JSON.stringify({ key, spec, hasAges })) };
}

/** Keeps the latest result only: two datasets of the largest size do not fit in memory. Failures are not kept. */
function rememberLast<T>(load: (request: string) => Promise<T>): (request: string) => Promise<T> {
  let last: { readonly request: string; readonly value: Promise<T> } | null = null;
  return (request) => {
    if (last?.request === request) return last.value;
    const value = load(request);
    const mine = { request, value };
    last = mine;
    value.catch(() => {
      if (last === mine) last = null;
    });
    return value;
  };
}
