import type { TrialResponse } from "#contract/tuning-job.ts";
import type { UploadKind } from "#contract/upload.ts";

/** A job by the row that it belongs to. */
export type JobRef =
  | { readonly kind: "study" | "training" | "erasure"; readonly id: number }
  | { readonly kind: "ingestion"; readonly source: UploadKind; readonly id: number };

/** Whose sockets: those of one session, or of every session but one. */
export type SocketSessions = { readonly only: string } | { readonly except: string };

/** Long-running work as the rest of the control plane sees it. Each start is idempotent: a job that runs already goes on. */
export interface Jobs {
  /** Reads an uploaded file into an artifact; ends in READY or FAILED on its row. */
  ingest(kind: UploadKind, rowId: number): Promise<void>;
  tune(jobId: number): Promise<void>;
  /** No trial starts after this, and those that run may end; until `resumeTuning`. */
  pauseTuning(jobId: number): Promise<void>;
  resumeTuning(jobId: number): Promise<void>;
  /** No trial starts after this; the job ends CANCELLED and keeps what it found. */
  cancelTuning(jobId: number): Promise<void>;
  /** Closes the sockets of those who watch a job, or of some sessions: they may not any longer. */
  closeSockets(jobId: number, sessions?: SocketSessions): Promise<void>;
  trials(jobId: number): Promise<TrialResponse[]>;
  train(modelId: number): Promise<void>;
  /** Takes a person out of a file or a model: an item of a deletion. */
  erase(itemId: number): Promise<void>;
  /** Erases all that a job's object keeps. Its worker is told to stop; a start would begin from nothing. */
  forget(job: JobRef): Promise<void>;
}
