/**
 * After a change of the secret: signs every stored artifact with the newest one, some at each run of the cron. Once a round over
 * all of them has found none to renew, the previous secrets can be removed.
 */
import { and, asc, gt, inArray, isNotNull } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, trainedModel, trainingData, tuningJob, userMetaData } from "#db/schema.ts";
import { CHECKPOINT_KIND, DATASET_KIND, METADATA_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/json-logger.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import type { ArtifactKeyRing } from "#storage/artifact-signing.ts";
import { type ArtifactBucket, ArtifactMissing } from "#storage/artifact-store.ts";
import { isStudySample, studyPrefix, trainingKeys } from "#storage/keys.ts";
import { resignArtifact } from "#storage/resign-artifact.ts";
import { readCursor, writeCursor } from "../cron/cron-cursors.ts";

export interface RenewalDeps {
  readonly db: Database;
  readonly store: ArtifactBucket & Pick<R2Bucket, "list">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly artifactKeys: () => Promise<ArtifactKeyRing>;
}

/**
 * Rows and their stored artifacts. The checkpoints of a running training, and the models that a running study keeps for its blend, are
 * in no column, and may be absent.
 */
const TABLES = [
  { table: trainedModel, kind: MODEL_KIND, holds: "artifact" },
  { table: trainingData, kind: DATASET_KIND, holds: "artifact" },
  { table: itemMetaData, kind: METADATA_KIND, holds: "artifact" },
  { table: userMetaData, kind: METADATA_KIND, holds: "artifact" },
  { table: trainedModel, kind: CHECKPOINT_KIND, holds: "checkpoints" },
  { table: tuningJob, kind: CHECKPOINT_KIND, holds: "parts" },
] as const;
type Stored = (typeof TABLES)[number];

/** Each takes two reads, and a copy if it is renewed. */
const ARTIFACTS_PER_RUN = 40;
/** A run ends after the copy that exceeds this. */
const BYTES_PER_RUN = 128 * 1024 * 1024;
/**
 * A round that found nothing to renew is repeated after this: a trainer from before the change may have signed something since.
 */
const AGAIN_AFTER_MS = 60 * 60 * 1000;

interface Round {
  /** The signing key: another one starts the rounds again. */
  readonly keyId: string;
  /** Position in `TABLES` (stored, so new positions come last), and its last processed row. */
  readonly table: number;
  readonly after: number;
  readonly renewed: number;
  /** Artifacts that no known secret signed. */
  readonly refused: number;
  /** The end of a round that renewed nothing; null before. */
  readonly completeAt: number | null;
}

const CURSOR = "artifact_renewal";

/** Call it each minute, if there are previous secrets. */
export async function renewArtifacts(deps: RenewalDeps): Promise<Round> {
  const ring = await deps.artifactKeys();
  const { keyId } = ring.signer;
  const start: Round = { keyId, table: 0, after: 0, renewed: 0, refused: 0, completeAt: null };
  const known = await readRound(deps.db);
  let round = known?.keyId === keyId ? known : start;
  if (round.completeAt !== null) {
    if (deps.clock() < round.completeAt + AGAIN_AFTER_MS) return round;
    round = start;
  }
  let left = ARTIFACTS_PER_RUN;
  for (let copied = 0; left > 0 && copied < BYTES_PER_RUN; left--) {
    const next = await nextRow(deps, round);
    if (next === null) {
      round = await endRound(deps, round, start);
      break;
    }
    round = { ...round, after: next.id, table: next.table };
    for (const key of next.keys) {
      const { bytes, isRefused } = await renew(deps, ring, next.table, key);
      copied += bytes;
      const { renewed, refused } = round;
      round = { ...round, renewed: renewed + (bytes > 0 ? 1 : 0), refused: refused + (isRefused ? 1 : 0) };
    }
  }
  await writeCursor(deps, CURSOR, JSON.stringify(round));
  return round;
}

interface RowOfArtifacts {
  readonly table: number;
  readonly id: number;
  readonly keys: readonly string[];
}

async function nextRow(
  { db, store }: Pick<RenewalDeps, "db" | "store">,
  round: Round,
): Promise<RowOfArtifacts | null> {
  for (let at = round.table; at < TABLES.length; at++) {
    const stored = TABLES[at] as Stored;
    const after = at === round.table ? round.after : 0;
    if (stored.holds === "parts") {
      const job = await runningJobAfter(db, after);
      if (job) return { table: at, id: job.id, keys: await partsOf(store, job) };
      continue;
    }
    const { table, holds } = stored;
    const has =
      holds === "checkpoints" ? inArray(table.status, ["PENDING", "TRAINING"]) : isNotNull(table.artifactKey);
    const [row] = await db
      .select({ id: table.id, projectId: table.projectId, key: table.artifactKey })
      .from(table)
      .where(and(gt(table.id, after), has))
      .orderBy(asc(table.id))
      .limit(1);
    if (row === undefined) continue;
    const { id, projectId, key } = row;
    const own = key === null ? [] : [key];
    return { table: at, id, keys: holds === "checkpoints" ? trainingKeys(projectId, id) : own };
  }
  return null;
}

interface RunningJob {
  readonly id: number;
  readonly projectId: number;
}

async function runningJobAfter(db: Database, after: number): Promise<RunningJob | undefined> {
  const [job] = await db
    .select({ id: tuningJob.id, projectId: tuningJob.projectId })
    .from(tuningJob)
    .where(and(gt(tuningJob.id, after), inArray(tuningJob.status, [...OPEN_JOB_STATUSES])))
    .orderBy(asc(tuningJob.id))
    .limit(1);
  return job;
}

/** A study keeps two models of each algorithm at most, the features of its data, and a sample of large data. */
async function partsOf(store: RenewalDeps["store"], { id, projectId }: RunningJob): Promise<string[]> {
  // What tasks write for each other lies deeper, and is not signed.
  const { objects } = await store.list({ prefix: studyPrefix(projectId, id), delimiter: "/" });
  return objects.map(({ key }) => key);
}

/** A foreign artifact, or one under a wrong key, stays unchanged: signing it would make it valid. */
async function renew(
  { store, logger }: RenewalDeps,
  ring: ArtifactKeyRing,
  table: number,
  key: string,
): Promise<{ bytes: number; isRefused: boolean }> {
  const { kind: usual, holds } = TABLES[table] as Stored;
  // A study also keeps the sample of users that it works on.
  const kind = holds === "parts" && isStudySample(key) ? DATASET_KIND : usual;
  try {
    const belongs = namesOfKey(key) ?? {};
    return { bytes: (await resignArtifact(store, ring, key, { kind, belongs })) ?? 0, isRefused: false };
  } catch (error) {
    const isKnown =
      error instanceof ArtifactMissing || (error instanceof EngineError && error.code === "BAD_ARTIFACT");
    if (!isKnown) throw error;
    if (holds !== "artifact" && error instanceof ArtifactMissing) return { bytes: 0, isRefused: false };
    logger.warn("artifact_not_renewed", { key, reason: error.message });
    return { bytes: 0, isRefused: true };
  }
}

async function endRound({ clock, logger }: RenewalDeps, round: Round, start: Round): Promise<Round> {
  const { renewed, refused } = round;
  const isComplete = renewed === 0;
  logger.info("artifacts_renewed", { renewed, refused, all_by_the_newest: isComplete });
  return isComplete ? { ...round, completeAt: clock() } : start;
}

async function readRound(db: Database): Promise<Round | null> {
  const position = await readCursor({ db }, CURSOR);
  return position === null ? null : (JSON.parse(position) as Round);
}
