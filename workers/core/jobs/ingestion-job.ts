import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { MetadataCoverage } from "#contract/ingestion.ts";
import type { UploadKind } from "#contract/upload.ts";
import type { WeightRule } from "#contract/weight-rule.ts";
import type { FileReading } from "./file-reading.ts";
import {
  advanceLeasedJob,
  type LeasedJob,
  type LeasedJobEffect,
  type LeasedJobEvent,
  type LeasedJobReply,
} from "./leased-job.ts";
import { holdsClaim, type Millis } from "./leased-task.ts";
import {
  advanceStagedJob,
  beginStages,
  type Stage,
  type StagedEffect,
  type StagedEvent,
  type StagedJob,
  type StagedReply,
  type TaskEvent,
} from "./staged-job.ts";
import type { Step } from "./step.ts";

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

/** Reading a file that one isolate cannot hold. */
export type ShardedIngestion = StagedJob<IngestionSpec, IngestionResult>;
export type IngestionState = IngestionJob | ShardedIngestion;

/** `shard`: the worker that has the job finds it too large, and says with which stages it is done. */
export type IngestionEvent =
  | LeasedJobEvent<IngestionSpec, IngestionResult>
  | TaskEvent<IngestionResult>
  | { readonly type: "shard"; readonly claim: number; readonly stages: readonly Stage[] };
export type IngestionReply = LeasedJobReply<IngestionSpec> | StagedReply<IngestionSpec>;
export type IngestionEffect = LeasedJobEffect | StagedEffect;

export function isSharded(job: IngestionState): job is ShardedIngestion {
  return "staged" in job;
}

/** Reads a file in one go until its worker says that it is too large, then in stages. */
export function advanceIngestion(
  job: IngestionState | null,
  event: IngestionEvent,
  now: Millis,
): Step<IngestionState, IngestionEffect, IngestionReply> | null {
  if (job !== null && isSharded(job)) return advanceStagedJob(job, toStaged(event), now);
  switch (event.type) {
    case "shard":
      if (job === null) return null;
      if (holdsClaim(job.task, event.claim)) return beginStages(job, event.stages, now);
      return advanceLeasedJob(job, { type: "renew", claim: event.claim }, now);
    case "claim-task":
    case "renew-task":
    case "task-done":
    case "task-refused":
    case "task-failed":
    case "cleaned":
      // Of a job that was erased and began again.
      return null;
    default:
      return advanceLeasedJob(job, event, now);
  }
}

function toStaged(event: IngestionEvent): StagedEvent<IngestionResult> {
  switch (event.type) {
    case "shard":
    case "claim":
    case "renew":
    case "slice-done":
    case "complete":
    case "refuse":
    case "fail":
      return { type: "void" };
    default:
      return event;
  }
}
