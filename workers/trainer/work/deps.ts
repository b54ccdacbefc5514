import type { UploadKind } from "#contract/upload.ts";
import type { ErasureEvent, ErasureReply } from "#jobs/erasure-job.ts";
import type { IngestionEvent, IngestionReply } from "#jobs/ingestion-job.ts";
import type { JobObject } from "#jobs/job-object.ts";
import type { ProcessUse } from "#jobs/job-work.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { TrainingEvent, TrainingReply } from "#jobs/training-job.ts";
import type { ArtifactBucket, ArtifactOpener, ArtifactStore } from "#storage/artifact-store.ts";
import type { StreamStore } from "#storage/store-stream.ts";
import type { Datasets } from "./datasets.ts";
import type { KernelPool } from "./kernel-pool.ts";
import type { Work } from "./work.ts";

/** The trainer works for a job and never erases it. */
export type WorkedJob<Event, Reply> = Pick<JobObject<Event, Reply>, "handle">;

/** All effects of the consumers; built in `composition.ts`, faked in tests. */
export interface TrainerDeps {
  readonly store: Pick<R2Bucket, "get" | "head" | "list">;
  /** For files that are rewritten, and for what tasks of one job pass on. */
  readonly files: StreamStore & Pick<R2Bucket, "delete" | "put">;
  readonly artifacts: ArtifactStore & ArtifactOpener;
  /** The same artifacts, read and written through another view of the bucket. */
  readonly artifactsIn: (bucket: ArtifactBucket) => ArtifactStore & ArtifactOpener;
  readonly datasets: Datasets;
  readonly kernels: KernelPool;
  readonly now: () => number;
  /** What this process took for the present message so far; null where nobody tells, as in a deployment. */
  readonly processUse: () => Promise<ProcessUse | null>;
  /** Starts the clock of one computation. */
  readonly work: (renew: (progress: number) => Promise<boolean>) => Work;
  readonly sliceMs: number;
  /** A file of interactions, or a dataset, with more bytes is worked on in stages by many workers. */
  readonly isolateFileBytes: number;
  /** Users that a measurement on data past one isolate draws, by the seed of the split; null: it measures all. */
  readonly measuredUsers: number | null;
  /** Larger histories of users are stored apart from a model, in blocks. */
  readonly wholeHistoryBytes: number;
  ingestion(source: UploadKind, rowId: number): WorkedJob<IngestionEvent, IngestionReply>;
  erasure(itemId: number): WorkedJob<ErasureEvent, ErasureReply>;
  study(jobId: number): WorkedJob<StudyEvent, StudyReply>;
  training(modelId: number): WorkedJob<TrainingEvent, TrainingReply>;
}
