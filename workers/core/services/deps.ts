import type { Database } from "#db/database.ts";
import type { Jobs } from "#jobs/jobs.ts";
import type { Clock } from "#platform/clock.ts";
import type { RandomBytes } from "#platform/random.ts";
import type { ArtifactKeyRing } from "#storage/artifact-signing.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import type { Preview } from "./models/preview.ts";

/** Every effect the management services have. A service takes the slice it needs. */
export interface ServiceDeps {
  readonly db: Database;
  readonly store: R2Bucket;
  /** What serving reads: key records and manifests. */
  readonly routing: KeyValueStore;
  /** Signs and verifies what lies in the store. */
  readonly artifactKeys: () => Promise<ArtifactKeyRing>;
  readonly jobs: Jobs;
  readonly preview: Preview;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly sleep: (ms: number) => Promise<void>;
}
