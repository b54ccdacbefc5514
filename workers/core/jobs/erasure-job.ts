import type { UploadKind } from "#contract/upload.ts";
import type { FileReading } from "./file-reading.ts";
import type { LeasedJob, LeasedJobEvent, LeasedJobReply } from "./leased-job.ts";

/** What can hold something of a person. */
export type ErasureSource = Exclude<UploadKind, "item_meta_data"> | "trained_model";

/** Taking one person out of one file or model. What is there stays until the new is stored beside it. */
export interface ErasureSpec {
  readonly itemId: number;
  readonly source: ErasureSource;
  readonly rowId: number;
  readonly projectId: number;
  readonly userId: string;
  /** As uploaded; empty for a model. */
  readonly fileName: string;
  /** The uploaded file; null for a model. */
  readonly fileKey: string | null;
  readonly artifactKey: string;
  /** How the keys of what is written begin; each attempt adds something of its own. */
  readonly newFileKey: string;
  readonly newArtifactKey: string;
  readonly columns: { readonly user: string; readonly item: string; readonly time: string | null };
  /** Jobs of earlier versions have none. */
  readonly reading?: FileReading;
}

export interface ErasureResult {
  /** Rows of the file that were the person's, or 1 for a model that knew the person; 0: there was nothing to do. */
  readonly removed: number;
  /** The new file; null for models, and where there was nothing to do. */
  readonly file: { readonly key: string; readonly name: string; readonly bytes: number } | null;
  /** The new artifact, of the new file or of a model. */
  readonly artifact: { readonly key: string; readonly bytes: number } | null;
  /** Of the new file. */
  readonly report: unknown;
  /** Nothing but the person's rows was in the file: there is no new one. */
  readonly isEmpty: boolean;
  /** The object to read is not in the store: what was made of it goes, too. */
  readonly isLost: boolean;
}

export type ErasureJob = LeasedJob<ErasureSpec, ErasureResult>;
export type ErasureEvent = LeasedJobEvent<ErasureSpec, ErasureResult>;
export type ErasureReply = LeasedJobReply<ErasureSpec>;
