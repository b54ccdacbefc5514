import type { ErasureEvent, ErasureReply } from "#jobs/erasure-job.ts";
import type { IngestionEvent, IngestionReply } from "#jobs/ingestion-job.ts";
import type { ProcessUse } from "#jobs/job-work.ts";
import type { StudyEvent, StudyReply } from "#jobs/study-job.ts";
import type { TrainingEvent, TrainingReply } from "#jobs/training-job.ts";
import type { TextModels } from "./embedding/text-model.ts";
import type { WorkedJob } from "./work/deps.ts";

interface JobNamespace<Event, Reply> {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): WorkedJob<Event, Reply>;
}

/** The bindings of `workers/trainer/wrangler.toml`. */
export interface TrainerBindings {
  readonly STORE: R2Bucket;
  readonly STUDIES: JobNamespace<StudyEvent, StudyReply>;
  readonly TRAININGS: JobNamespace<TrainingEvent, TrainingReply>;
  readonly INGESTIONS: JobNamespace<IngestionEvent, IngestionReply>;
  readonly ERASURES: JobNamespace<ErasureEvent, ErasureReply>;
  readonly DEAD_LETTERS: Queue;
  /** Tells what the process takes; absent in a deployment, and where jobs have no processes of their own. */
  readonly METER?: { processUse(): Promise<ProcessUse | null> };
  /** Workers AI; absent where the configuration has no `[ai]`, as on a developer's machine. */
  readonly AI?: TextModels;
  /** `bge-m3` or `bge-small`; empty: no vectors are made of texts. */
  readonly EDGEWISE_EMBEDDING_MODEL?: string;
  readonly EDGEWISE_SECRET?: string;
  /** Separated by commas; their signatures are still accepted. */
  readonly EDGEWISE_PREVIOUS_SECRETS?: string;
  /** How long a training slice works before it ends, milliseconds; for tests. */
  readonly EDGEWISE_SLICE_MS?: string;
  /** A file with more content is read in stages, and a dataset with more bytes is trained on in stages. Bytes; the api Worker has it, too. */
  readonly EDGEWISE_ISOLATE_FILE_BYTES?: string;
  /** Users of whom data past one isolate are measured; 0: all. */
  readonly EDGEWISE_MEASURED_USERS?: string;
}
