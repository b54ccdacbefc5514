import type { TrialResponse } from "#contract/tuning-job.ts";
import type { ErasureEvent, ErasureReply } from "#jobs/erasure-job.ts";
import type { IngestionEvent, IngestionReply } from "#jobs/ingestion-job.ts";
import type { JobObject } from "#jobs/job-object.ts";
import type { SocketSessions } from "#jobs/jobs.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { TrainingEvent, TrainingReply } from "#jobs/training-job.ts";
import type { Preview } from "#services/models/preview.ts";

type JobNamespace<Job> = DurableObjectNamespace<Job & Rpc.DurableObjectBranded>;

/** A study's object also answers questions about its trials, and holds the sockets of those who watch. */
interface StudyObject extends JobObject<StudyEvent, StudyReply> {
  trials(): TrialResponse[] | Promise<TrialResponse[]>;
  closeSockets(sessions?: SocketSessions): void;
}

/** What `wrangler.toml` binds to this Worker. Text settings are checked by `parseEnv`. */
export interface ApiBindings {
  readonly DB: D1Database;
  readonly STORE: R2Bucket;
  readonly ROUTING: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly STUDIES: JobNamespace<StudyObject>;
  readonly TRAININGS: JobNamespace<JobObject<TrainingEvent, TrainingReply>>;
  readonly INGESTIONS: JobNamespace<JobObject<IngestionEvent, IngestionReply>>;
  readonly ERASURES: JobNamespace<JobObject<ErasureEvent, ErasureReply>>;
  readonly INGEST_QUEUE: Queue;
  readonly TRIALS_QUEUE: Queue;
  readonly TRAINING_QUEUE: Queue;
  readonly RECOMMEND: Service<Preview & Rpc.WorkerEntrypointBranded>;
  readonly SERVING: Fetcher;
  readonly EDGEWISE_SECRET?: string;
  readonly EDGEWISE_PREVIOUS_SECRETS?: string;
  readonly EDGEWISE_ENVIRONMENT?: string;
  readonly EDGEWISE_ADMIN_USERNAME?: string;
  readonly EDGEWISE_ADMIN_PASSWORD?: string;
  readonly EDGEWISE_ALLOW_SIGNUP?: string;
}
