/** Work by blocks as plain data, and where its objects lie. */
import { createHash } from "node:crypto";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Breathe } from "#engine/data/breathe.ts";
import type { ReadOptions } from "#engine/data/read/source.ts";
import type { MetricKey, RankingMetric } from "#engine/evaluate/metrics.ts";
import { type ObjectStore, objectsWithin } from "#engine/scale/blocks/object-store.ts";
import type { IngestStage } from "#engine/scale/ingest/ingest-plan.ts";
import type { IngestSizes, IngestWork } from "#engine/scale/ingest/ingest-work.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import { gunzip } from "../files/read-file.ts";
import { folderObjects, rangedFile } from "./folder-objects.ts";

/** What is done, as plain data, which threads receive. */
export interface BlockedJob extends Pick<IngestWork, "columns" | "rules"> {
  /** The file of interactions. */
  readonly path: string;
  /** Of all objects. */
  readonly folder: string;
  readonly sizes: IngestSizes;
  readonly reading: Pick<ReadOptions, "separator" | "keepsMissingWords" | "weightRule">;
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly seed: number;
  /** Given to measure on a part of the data, and to fit on the rest. */
  readonly heldOut?: {
    readonly config: SplitConfig;
    readonly cutoffs: readonly number[];
    readonly intervals: readonly MetricKey<RankingMetric>[];
  };
}

/** The plans that follow the reading, by the names of the folders of their objects. */
export type PlanName = "split" | "fit" | "evaluate";

export type TaskOrder =
  | { readonly plan: "read"; readonly stage: IngestStage["name"]; readonly task: number }
  | { readonly plan: PlanName; readonly stage: number; readonly task: number };

export function storeOf({ folder }: Pick<BlockedJob, "folder">) {
  return folderObjects(folder);
}

/** The objects of a plan. */
export function planStore(job: Pick<BlockedJob, "folder">, plan: PlanName | "artifact"): ObjectStore {
  return objectsWithin(storeOf(job), plan);
}

export function ingestWorkOf(job: BlockedJob, breathe: Breathe): IngestWork {
  const { path, columns, rules, sizes, reading } = job;
  return {
    ...{ file: rangedFile(path), store: storeOf(job), columns, rules, sizes, breathe },
    reading: { ...reading, gunzip },
    digest: sha256,
  };
}

export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(createHash("sha256").update(bytes).digest());
