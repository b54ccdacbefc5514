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

/** An address of a tenant's that is told of events: an endpoint's, or that of a retraining schedule. */
export interface CalledAddress {
  readonly kind: "endpoint" | "schedule";
  /** Of the row of its kind. */
  readonly id: number;
}

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
  /** Data with more bytes are worked on in parts, also where an isolate could hold them. */
  readonly isolateFileBytes: number;
  /** Has what waits for an address sent at a time, epoch milliseconds; the last call for it counts. Never rejects: the cron sends what nobody wakes. */
  readonly wakeAddress: (address: CalledAddress, at: number) => Promise<void>;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly sleep: (ms: number) => Promise<void>;
}
