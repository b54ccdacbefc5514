import type { Preview } from "#services/models/preview.ts";
import type { ErasureCoordinator } from "./objects/erasure-coordinator.ts";
import type { IngestionCoordinator } from "./objects/ingestion-coordinator.ts";
import type { StudyCoordinator } from "./objects/study-coordinator.ts";
import type { TrainingCoordinator } from "./objects/training-coordinator.ts";

/** What `wrangler.toml` binds to this Worker. Text settings are checked by `parseEnv`. */
export interface ApiBindings {
  readonly DB: D1Database;
  readonly STORE: R2Bucket;
  readonly ROUTING: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly STUDIES: DurableObjectNamespace<StudyCoordinator>;
  readonly TRAININGS: DurableObjectNamespace<TrainingCoordinator>;
  readonly INGESTIONS: DurableObjectNamespace<IngestionCoordinator>;
  readonly ERASURES: DurableObjectNamespace<ErasureCoordinator>;
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
