import type { UploadKind } from "#contract/upload.ts";
import type { CuttableEvent, CuttableJob, CuttableReply } from "./cuttable-job.ts";
import type { FileReading } from "./file-reading.ts";
import type { IngestionSpec } from "./ingestion-job.ts";
import type { LeasedJob } from "./leased-job.ts";

/** Kinds of data that can hold a user. */
export type ErasureSource = Exclude<UploadKind, "item_meta_data"> | "trained_model";

/** Removes one user from one file or model. The old version stays until the new one is stored. */
export interface ErasureSpec {
  readonly itemId: number;
  readonly source: ErasureSource;
  readonly rowId: number;
  readonly projectId: number;
  readonly userId: string;
  /** The uploaded name; empty for a model. */
  readonly fileName: string;
  /** The uploaded file; null for a model. */
  readonly fileKey: string | null;
  readonly artifactKey: string;
  /** Prefix of the new objects' keys; each attempt adds its own suffix. */
  readonly newFileKey: string;
  readonly newArtifactKey: string;
  /** Those of the ingestion that read the file: a column that it learns to read must be given here, too. */
  readonly columns: IngestionSpec["columns"];
  /** Jobs of earlier versions have none. */
  readonly reading?: FileReading;
  /** The file without the user, where one isolate does not hold it: it is read in stages. */
  readonly rewritten?: RewrittenFile;
}

export interface RewrittenFile {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  /** Rows of the user that it lacks. */
  readonly removed: number;
  /** As the old file was read. */
  readonly reading: FileReading;
  /** Where its dataset will lie. */
  readonly artifactKey: string;
}

export interface ErasureResult {
  /** The user's rows in the file, or 1 for a model that knew the user; 0: nothing to do. */
  readonly removed: number;
  /** The new file; null for models, and if there was nothing to do. */
  readonly file: { readonly key: string; readonly name: string; readonly bytes: number } | null;
  /** The new artifact, of the new file or of a model. */
  readonly artifact: { readonly key: string; readonly bytes: number } | null;
  /** Of the new file. */
  readonly report: unknown;
  /** The file held only the user's rows: there is no new one. */
  readonly isEmpty: boolean;
  /** The object is not in the store: its dataset is deleted, too. */
  readonly isLost: boolean;
}

export type ErasureJob = LeasedJob<ErasureSpec, ErasureResult>;
export type ErasureState = CuttableJob<ErasureSpec, ErasureResult>;
export type ErasureEvent = CuttableEvent<ErasureSpec, ErasureResult>;
export type ErasureReply = CuttableReply<ErasureSpec>;
