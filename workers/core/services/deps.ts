import type { Database } from "#db/database.ts";
import type { ProjectEvents } from "#jobs/event-shard/project-events.ts";
import type { ProjectItems } from "#jobs/item-shelf/project-items.ts";
import type { Jobs } from "#jobs/jobs.ts";
import type { ProjectMeters } from "#jobs/meter/project-meters.ts";
import type { Clock } from "#platform/clock.ts";
import type { ReadOnlyDatabase } from "#platform/postgres.ts";
import type { Connections } from "#platform/postgres-connections.ts";
import type { RandomBytes } from "#platform/random.ts";
import type { ArtifactKeyRing } from "#storage/artifact-signing.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import type { Intake } from "./intake.ts";
import type { Preview } from "./preview.ts";

/** All effects of the management services. A service takes the part that it needs. */
export interface ServiceDeps {
  readonly db: Database;
  readonly store: R2Bucket;
  /** The entries for serving: key records and manifests. */
  readonly routing: KeyValueStore;
  /** Signs and verifies stored artifacts. */
  readonly artifactKeys: () => Promise<ArtifactKeyRing>;
  readonly jobs: Jobs;
  readonly events: ProjectEvents;
  readonly items: ProjectItems;
  readonly meters: ProjectMeters;
  readonly preview: Preview;
  readonly intake: Intake;
  /** The databases that projects may read. */
  readonly connections: Connections;
  readonly openDatabase: (address: string) => ReadOnlyDatabase;
  /** Whether vectors are made of the texts of items that have no column of vectors. */
  readonly embedsTexts: boolean;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly sleep: (ms: number) => Promise<void>;
}
