/**
 * Reads a source: page by page, under a lease. The place in each table is written after its rows are stored, so a killed Worker's page
 * is read again; events have ids of their rows and count once, and items and users are written whole.
 */
import { and, eq } from "drizzle-orm";
import { REJECTED_ROWS_LISTED } from "#contract/ingestion.ts";
import type { RejectedSourceRow, SourceCounts } from "#contract/postgres-source.ts";
import { isHeld, type Lease, RELEASED, renewLease, takeLease } from "#db/lease.ts";
import { postgresSource, type ReadUpTo, type SourceProgress } from "#db/source-schema.ts";
import { DatabaseProblem, type ReadOnlyDatabase } from "#platform/postgres.ts";
import type { ServiceDeps } from "../deps.ts";
import type { PostgresSourceRow } from "../resources/postgres-source.ts";
import { type PageRead, readPage } from "./read-rows.ts";
import { type Stream, streamsOf } from "./streams.ts";

export type SourceDeps = Pick<ServiceDeps, "db" | "clock" | "connections" | "openDatabase" | "intake">;

/** A Worker that reads is replaced after this. */
const READING_MS = 30_000;
/** A call of the cron or of the API reads so long; the rest is read at the next minute. */
const PATIENCE_MS = 45_000;
const ROWS_PER_PAGE = 10_000;
const MINUTE_MS = 60_000;

/** How far one call of a Worker has read. */
interface Reading {
  lease: Lease;
  progress: SourceProgress;
  counts: SourceCounts;
  rejected: RejectedSourceRow[];
}

/** Reads what is new, as long as a call may take. Nothing happens if another Worker reads the source. */
export async function readSource(deps: SourceDeps, id: number): Promise<void> {
  const row = await takeLease(deps.db, postgresSource, id, { now: deps.clock(), ttl: READING_MS });
  if (row === null) return;
  await deps.db.update(postgresSource).set({ status: "READING" }).where(isHeld(postgresSource, row));
  const { progress, counts, rejected } = row;
  const reading: Reading = { lease: row, progress, counts, rejected };
  const outcome = await outcomeOf(() => readStreams(deps, row, reading));
  await conclude(deps, row, reading, outcome);
}

interface Outcome {
  /** Whether nothing new is left. */
  readonly isWhole: boolean;
  readonly error: string | null;
}

/** An error of the database is the source's; any other one is the platform's, and is thrown on after the lease has ended. */
async function outcomeOf(read: () => Promise<boolean>): Promise<Outcome & { readonly thrown?: unknown }> {
  try {
    return { isWhole: await read(), error: null };
  } catch (error) {
    if (error instanceof DatabaseProblem) return { isWhole: true, error: error.message };
    const message = "Rows could not be stored. The source is read again.";
    return { isWhole: false, error: message, thrown: error };
  }
}

/** @returns Whether nothing new is left. */
async function readStreams(deps: SourceDeps, row: PostgresSourceRow, reading: Reading): Promise<boolean> {
  const address = deps.connections.get(row.connection);
  if (address === undefined)
    throw new DatabaseProblem(`The deployment has no connection "${row.connection}".`);
  const database = deps.openDatabase(address);
  try {
    const until = deps.clock() + PATIENCE_MS;
    for (const stream of streamsOf(row.mapping)) {
      const isDone = await readStream(
        { ...deps, database, projectId: row.projectId },
        stream,
        reading,
        until,
      );
      if (!isDone) return false;
    }
    return true;
  } finally {
    await database.close();
  }
}

type StreamDeps = SourceDeps & { readonly database: ReadOnlyDatabase; readonly projectId: number };

/** @returns False if time ran out or another Worker has the source. */
async function readStream(
  deps: StreamDeps,
  stream: Stream,
  reading: Reading,
  until: number,
): Promise<boolean> {
  const known = reading.progress[stream.name] ?? null;
  let after: ReadUpTo | null = null;
  for (;;) {
    const page = await readPage(deps, stream, { known, after, limit: ROWS_PER_PAGE });
    after = page.last;
    if (!(await note(deps, stream, reading, page))) return false;
    if (page.rows < ROWS_PER_PAGE) return true;
    if (deps.clock() >= until) return false;
  }
}

/** Writes the place and the counts. @returns False if another Worker has the source. */
async function note(deps: SourceDeps, { name }: Stream, reading: Reading, page: PageRead): Promise<boolean> {
  const { last, isAgain, about, added, repeated, rejected } = page;
  const { counts } = reading;
  if (last !== null && !isAgain) reading.progress = { ...reading.progress, [name]: last };
  reading.counts = {
    ...counts,
    [about]: counts[about] + added,
    repeated: counts.repeated + repeated,
    rejected: counts.rejected + rejected.length,
  };
  reading.rejected = [...reading.rejected, ...rejected].slice(0, REJECTED_ROWS_LISTED);
  const lease = await renewLease(deps.db, postgresSource, reading.lease, {
    now: deps.clock(),
    ttl: READING_MS,
  });
  if (lease === null) return false;
  reading.lease = lease;
  const written = await deps.db
    .update(postgresSource)
    .set({ progress: reading.progress, counts: reading.counts, rejected: reading.rejected })
    .where(isHeld(postgresSource, lease))
    .returning({ id: postgresSource.id });
  return written.length > 0;
}

async function conclude(
  { db, clock }: SourceDeps,
  { id, everyMinutes }: PostgresSourceRow,
  { lease }: Reading,
  { isWhole, error, thrown }: Outcome & { readonly thrown?: unknown },
): Promise<void> {
  const now = clock();
  const wait = isWhole ? (everyMinutes ?? null) : 1;
  await db
    .update(postgresSource)
    .set({
      ...RELEASED,
      status: error === null ? "IDLE" : "FAILED",
      error,
      lastReadAt: now,
      nextReadAt: wait === null ? null : now + wait * MINUTE_MS,
    })
    .where(and(isHeld(postgresSource, lease), eq(postgresSource.id, id)));
  if (thrown !== undefined) throw thrown;
}
