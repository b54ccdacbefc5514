import type { ErasureEvent, ErasureReply } from "#jobs/erasure-job.ts";
import type { IngestionEvent, IngestionReply } from "#jobs/ingestion-job.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { TrainingEvent, TrainingReply } from "#jobs/training-job.ts";

/** A job's object as the trainer sees it: it tells events and hears what to do. The class lives in the `api` Worker. */
export interface JobObject<Event, Reply> {
  handle(event: Event): Promise<Reply | { readonly type: "nothing" }>;
}

interface JobNamespace<Event, Reply> {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): JobObject<Event, Reply>;
}

/** What `workers/trainer/wrangler.toml` binds to this Worker. */
export interface TrainerBindings {
  readonly STORE: R2Bucket;
  readonly STUDIES: JobNamespace<StudyEvent, StudyReply>;
  readonly TRAININGS: JobNamespace<TrainingEvent, TrainingReply>;
  readonly INGESTIONS: JobNamespace<IngestionEvent, IngestionReply>;
  readonly ERASURES: JobNamespace<ErasureEvent, ErasureReply>;
  readonly DEAD_LETTERS: Queue;
  readonly EDGEWISE_SECRET?: string;
  /** Comma-separated; what they signed is still accepted. */
  readonly EDGEWISE_PREVIOUS_SECRETS?: string;
  /** How long a training slice works before it hands over, milliseconds; for tests. */
  readonly EDGEWISE_SLICE_MS?: string;
}
