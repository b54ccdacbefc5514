import type { UploadKind } from "#contract/upload.ts";
import type { LeasedJob, LeasedJobEvent, LeasedJobReply } from "./leased-job.ts";

/** Reading one uploaded file into an artifact. */
export interface IngestionSpec {
  readonly source: UploadKind;
  readonly rowId: number;
  readonly projectId: number;
  readonly fileKey: string;
  /** As uploaded; its suffix is a hint, the content decides. */
  readonly fileName: string;
  readonly artifactKey: string;
  readonly columns: { readonly user: string; readonly item: string; readonly time: string | null };
}

export interface IngestionResult {
  /** The ingestion report of training data; null for item metadata. */
  readonly report: unknown;
  /** The columns of item metadata; null for training data. */
  readonly validColumns: readonly string[] | null;
}

export type IngestionJob = LeasedJob<IngestionSpec, IngestionResult>;
export type IngestionEvent = LeasedJobEvent<IngestionSpec, IngestionResult>;
export type IngestionReply = LeasedJobReply<IngestionSpec>;
