import type { TrialResponse } from "#contract/tuning-job.ts";
import type { ErasureEvent, ErasureReply } from "#jobs/erasure-job.ts";
import type { EventNamespace } from "#jobs/event-shard/shard-object.ts";
import type { IngestionEvent, IngestionReply } from "#jobs/ingestion-job.ts";
import type { ShelfNamespace } from "#jobs/item-shelf/shelf-object.ts";
import type { JobObject } from "#jobs/job-object.ts";
import type { SocketSessions } from "#jobs/jobs.ts";
import type {
  EraseMessage,
  EraseTaskMessage,
  FitTaskMessage,
  IngestMessage,
  IngestTaskMessage,
  MeasuringTaskMessage,
  SliceMessage,
  StudyWorkMessage,
  TrialMessage,
} from "#jobs/messages.ts";
import type { MeterNamespace } from "#jobs/meter/meter-object.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { TrainingEvent, TrainingReply } from "#jobs/training-job.ts";
import type { CalledAddress } from "#services/deps.ts";
import type { Intake } from "#services/intake.ts";
import type { Preview } from "#services/preview.ts";

/** A study's object also answers questions about its trials, and holds the sockets of watchers. */
export interface StudyObject extends JobObject<StudyEvent, StudyReply> {
  trials(): Promise<TrialResponse[]>;
  closeSockets(sessions?: SocketSessions): Promise<void>;
  fetch(address: string, request: Request): Promise<Response>;
}

/** The object of an endpoint of webhooks. */
export interface EndpointObject {
  wakeAt(address: CalledAddress, at: number): Promise<void>;
}

export interface JobNamespace<Stub> {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): Stub;
}

export interface MessageQueue<Message> {
  send(message: Message): Promise<unknown>;
}

/** The bindings of `wrangler.toml`. `parseEnv` checks text settings. */
export interface ApiBindings {
  readonly DB: D1Database;
  readonly STORE: R2Bucket;
  readonly ROUTING: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly STUDIES: JobNamespace<StudyObject>;
  readonly TRAININGS: JobNamespace<JobObject<TrainingEvent, TrainingReply>>;
  readonly INGESTIONS: JobNamespace<JobObject<IngestionEvent, IngestionReply>>;
  readonly ERASURES: JobNamespace<JobObject<ErasureEvent, ErasureReply>>;
  /** One object for each endpoint of webhooks that waits after a failure. */
  readonly ENDPOINTS: JobNamespace<EndpointObject>;
  /** Event shards, objects of the serving Worker. */
  readonly EVENTS: EventNamespace;
  /** Item shelves, objects of the serving Worker. */
  readonly ITEMS: ShelfNamespace;
  /** Usage and figures of projects, objects of the serving Worker. */
  readonly METERS: MeterNamespace;
  readonly INGEST_QUEUE: MessageQueue<IngestMessage | IngestTaskMessage | EraseMessage | EraseTaskMessage>;
  readonly TRIALS_QUEUE: MessageQueue<TrialMessage | StudyWorkMessage>;
  readonly TRAINING_QUEUE: MessageQueue<SliceMessage | FitTaskMessage | MeasuringTaskMessage>;
  readonly RECOMMEND: Service<Preview & Rpc.WorkerEntrypointBranded>;
  readonly INTAKE: Service<Intake & Rpc.WorkerEntrypointBranded>;
  readonly SERVING: Fetcher;
  /** Reaches public addresses alone; only of a local stack. */
  readonly OUTBOUND?: Fetcher;
  /** Answers 2xx while processes for jobs start; only of a local stack that has such processes. */
  readonly JOB_PROCESSES?: Fetcher;
}
