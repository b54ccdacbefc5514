/** The tables of properties that a study or a training reads. They are chosen when it begins, so that a repeated message reads the same. */
import type { FeatureColumn } from "#contract/feature-columns.ts";

export interface FeatureSource {
  /** The artifact of a metadata file. */
  readonly metadataKey: string;
  /** Null: the types of the columns are guessed from the whole table. */
  readonly columns: readonly FeatureColumn[] | null;
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
}

export interface JobFeatures extends FeatureSources {
  /** What the job makes of the tables for its dataset. It belongs to the job. */
  readonly artifactKey: string;
}
