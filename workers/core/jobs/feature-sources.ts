/** The tables of properties that a study or a training reads. They are chosen when it begins, so that a repeated message reads the same. */
import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { TableSchema } from "#engine/features/table-schema.ts";

export interface FeatureSource {
  /** The artifact of a metadata file; null without one. */
  readonly metadataKey: string | null;
  /** Of the file. Null: their types are guessed from the whole file. */
  readonly columns: readonly FeatureColumn[] | null;
  /** What applications wrote over it. Absent where nothing was written, and in jobs of earlier releases. */
  readonly written?: WrittenSource;
}

export interface WrittenSource {
  /** A copy of the moment when the job began. It belongs to the job. */
  readonly key: string;
  /** What somebody chose; the types of other columns are guessed from all written rows. */
  readonly schema: TableSchema;
}

/** A side without a table is null. */
export interface FeatureSources {
  readonly items: FeatureSource | null;
  readonly users: FeatureSource | null;
}

/** The data of a job. */
export interface JobData {
  readonly datasetKey: string;
  /** Absent without tables, and in jobs of earlier releases. */
  readonly features?: JobFeatures | null;
  /** Where the job keeps a sample of the users, should no isolate hold the dataset. Absent in jobs that work on all data. */
  readonly sample?: { readonly key: string; readonly seed: number };
}

export interface JobFeatures extends FeatureSources {
  /** What the job makes of the tables for its dataset. It belongs to the job. */
  readonly artifactKey: string;
  /** What the job does not read, and why; for people. */
  readonly notes?: readonly string[];
}
