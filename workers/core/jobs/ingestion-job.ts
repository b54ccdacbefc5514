import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { MetadataCoverage } from "#contract/ingestion.ts";
import type { UploadKind } from "#contract/upload.ts";
import type { WeightRule } from "#contract/weight-rule.ts";
import type { CuttableEvent, CuttableJob, CuttableReply } from "./cuttable-job.ts";
import type { FileReading } from "./file-reading.ts";
import type { LeasedJob } from "./leased-job.ts";

export interface FileColumns {
  readonly user: string;
  readonly item: string;
  readonly time: string | null;
  /** Files of people have none. */
  readonly weight?: string | null;
  /** The column with event types, and the weight of each. */
  readonly event?: { readonly column: string; readonly weights: Readonly<Record<string, number>> };
  /** The column with the ids of sessions. */
  readonly session?: { readonly column: string; readonly isOptional?: boolean };
}

/** What a file of events is made of. */
export interface EventSnapshot {
  /** Events that arrived until then, epoch milliseconds. */
  readonly upTo: number;
  readonly weights: Readonly<Record<string, number>>;
  /** The weight of an interaction halves for each of these before `upTo`. */
  readonly halfLifeDays?: number;
  /** What the values of events are; absent if ratings alone have one. */
  readonly rule?: WeightRule;
  /** A file whose interactions come first. `at` is their time if it has no time column. */
  readonly base: {
    readonly fileKey: string;
    readonly fileName: string;
    readonly columns: FileColumns;
    readonly reading: FileReading;
    readonly at: number;
  } | null;
}

/** Reading one uploaded file into an artifact. */
export interface IngestionSpec {
  readonly source: UploadKind;
  readonly rowId: number;
  readonly projectId: number;
  readonly fileKey: string;
  /** The uploaded name; its suffix is a hint, the content decides. */
  readonly fileName: string;
  readonly artifactKey: string;
  readonly columns: FileColumns;
  /** The file is made of events first, unless it is there. */
  readonly snapshot?: EventSnapshot;
  /** Jobs of earlier versions have none. */
  readonly reading?: FileReading;
  /**
   * For metadata: the newest data; for data: the newest metadata. Their ids are compared. Absent in jobs of an earlier release.
   */
  readonly peers?: readonly IngestionPeer[];
  /** For metadata: types of columns that somebody chose, which the values are compared with. */
  readonly chosen?: readonly FeatureColumn[];
}

/** Another file of the project, read before this one. */
export interface IngestionPeer {
  readonly source: UploadKind;
  readonly rowId: number;
  readonly artifactKey: string;
}

export interface IngestionResult {
  /** An `ingestionReport` for training data, a `metadataReport` for metadata. */
  readonly report: unknown;
  /** Size of a file that was made of events. */
  readonly fileBytes?: number;
  /** The columns of item metadata; null for training data. */
  readonly validColumns: readonly string[] | null;
  /** For training data: how much of it each metadata file among the peers describes. */
  readonly coverages?: readonly { readonly peer: IngestionPeer; readonly coverage: MetadataCoverage }[];
}

export type IngestionJob = LeasedJob<IngestionSpec, IngestionResult>;

/** Reading a file that one isolate cannot hold is cut into stages. */
export type IngestionState = CuttableJob<IngestionSpec, IngestionResult>;
export type IngestionEvent = CuttableEvent<IngestionSpec, IngestionResult>;
export type IngestionReply = CuttableReply<IngestionSpec>;
