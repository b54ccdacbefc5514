import type { TrialResponse } from "#contract/tuning-job.ts";
import type { UploadKind } from "#contract/upload.ts";

/** A job by the row that it belongs to. */
export type JobRef =
  | { readonly kind: "study" | "training" | "erasure"; readonly id: number }
  | { readonly kind: "ingestion"; readonly source: UploadKind; readonly id: number };

/** Which sockets: those of one session, or of every session but one. */
export type SocketSessions = { readonly only: string } | { readonly except: string };

/** Long-running work as the control plane sees it. Each start is idempotent: a running job goes on. */
export interface Jobs {
  /** Reads an uploaded file into an artifact; ends in READY or FAILED on its row. */
  ingest(kind: UploadKind, rowId: number): Promise<void>;
  tune(jobId: number): Promise<void>;
  /** No trial starts after this until `resumeTuning`; running ones may end. */
  pauseTuning(jobId: number): Promise<void>;
  resumeTuning(jobId: number): Promise<void>;
  /** No trial starts after this; the job ends CANCELLED and keeps its results. */
  cancelTuning(jobId: number): Promise<void>;
  /** Closes the sockets of a job or of some sessions that have lost the permission. */
  closeSockets(jobId: number, sessions?: SocketSessions): Promise<void>;
  trials(jobId: number): Promise<TrialResponse[]>;
  train(modelId: number): Promise<void>;
  /** Removes a user from a file or a model: an item of a deletion. */
  erase(itemId: number): Promise<void>;
  /** Erases all data of a job's object. Its worker is told to stop; a later start begins from nothing. */
  forget(job: JobRef): Promise<void>;
}
