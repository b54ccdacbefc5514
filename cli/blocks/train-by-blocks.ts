/** Reads a file, fits a model and writes it, with the stages of data past one isolate. */
import { requireFiniteSections } from "#engine/algorithms/fit/finite-fit.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import type { FeatureTables } from "#engine/features/feature-tables.ts";
import { blockedArtifact } from "#engine/scale/artifact/artifact-plan.ts";
import { putWholeHistories } from "#engine/scale/artifact/whole-histories.ts";
import { finishBreathing, fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import { modelFeatureSections } from "#engine/serve/model-features.ts";
import { modelMeta, writeModelChunks } from "../files/model-file.ts";
import type { ModelKeys } from "../files/model-keys.ts";
import type { Progress } from "../terminal/progress.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { type BlockedJob, planStore, sha256 } from "./job.ts";
import { readByBlocks, runStages } from "./run-stages.ts";
import type { StoredDataset } from "./stored-dataset.ts";
import { createBreathe, createTaskRunner } from "./task-runner.ts";
import type { WorkFolder } from "./work-folder.ts";

export interface BlockedTraining {
  readonly job: Omit<BlockedJob, "folder">;
  readonly folder: WorkFolder;
  readonly jobs: number;
  readonly out: string;
  readonly keys: ModelKeys;
  /** Reads the tables of items and users. */
  readonly loadTables: (ids: { readonly items: IdMap; readonly users: IdMap }) => Promise<FeatureTables>;
  readonly progress: Progress;
}

export interface BlockedModel {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Throws what reading and fitting in one piece throw, and `UNSUPPORTED` for data that are too large for the algorithm by blocks. */
export async function trainByBlocks(training: BlockedTraining): Promise<BlockedModel> {
  const { folder, jobs, progress } = training;
  const job = { ...training.job, folder: folder.path };
  const runner = await createTaskRunner(job, jobs);
  folder.stopFirst(() => runner.close());
  try {
    const dataset = await readByBlocks(job, runner, progress);
    const ids = { users: await dataset.ids("user"), items: await dataset.ids("item") };
    const tables = await training.loadTables(ids);
    const startedAt = performance.now();
    const { stages } = planBlockedFit(job.algorithm, dataset.data, job.params, job.seed);
    await runStages("fit", stages, { runner, progress, title: `Fitting ${job.algorithm}` });
    const seconds = (performance.now() - startedAt) / 1000;
    const bytes = await write(job, dataset, { ...ids, tables }, training);
    const { rowCount: users, columnCount: items, interactionCount: interactions } = dataset.data.userItems;
    return { users, items, interactions, bytes, seconds };
  } finally {
    await runner.close();
  }
}

async function write(
  job: BlockedJob,
  { data }: StoredDataset,
  { users, items, tables }: { readonly users: IdMap; readonly items: IdMap; readonly tables: FeatureTables },
  { out, keys, folder, progress }: BlockedTraining,
): Promise<number> {
  progress.stage(`Writing ${out}`);
  const store = planStore(job, "artifact");
  await putWholeHistories({
    ...{ data, store, digest: sha256 },
    // Once for each block.
    breathe: async () => collectGarbage(),
    users: async () => users,
    items: async () => items,
    async modelSections() {
      const own = await fittedSections(planStore(job, "fit"));
      await finishBreathing(requireFiniteSections(job.algorithm, own), createBreathe());
      return [...modelFeatureSections(tables), ...own];
    },
  });
  const counts = { users: users.size, items: items.size, interactions: data.userItems.interactionCount };
  const { chunks } = await blockedArtifact(store, modelMeta(job, counts), keys.signer);
  return writeModelChunks(out, collected(chunks), (path) => folder.removeToo(path));
}

/** Objects are read one after another, and none is kept. */
async function* collected(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    collectGarbage();
  }
}
