/**
 * Publishing: makes entries of KV match the database. A change of the database stands even if KV refuses the copy. An unpublished
 * entry keeps its mark (`routing_mark`), and the cron continues with it (`routing-repair.ts`).
 */
import { and, eq, lt, or, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { routingMark } from "#db/routing-schema.ts";
import { apiKey } from "#db/schema.ts";
import { type KeyValueStore, keyEntry, manifestEntry, publishEntry } from "#storage/routing-store.ts";
import { isOneOf, wantedEntries } from "./routing-entries.ts";

export interface RoutingDeps {
  readonly db: Database;
  readonly routing: KeyValueStore;
  /** If present, an entry that KV refuses is tried once more a moment later. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** D1 takes a hundred parameters a statement; a mark has up to four. */
const ENTRIES_AT_ONCE = 25;
/** A Worker has six connections at a time. */
const WRITES_AT_ONCE = 6;
/** An entry that changes again while it is published is published again, at most this often; then the cron continues. */
const ROUNDS = 4;
/** KV accepts one write per second and key. */
const RETRY_AFTER_MS = 1_100;
/** In a request; for more keys the cron takes care. */
const KEYS_PER_REQUEST = 200;

/** Publishes the entry of a project for serving. Locations see it within 45 s. */
export async function rebuildManifest(deps: RoutingDeps, projectId: number): Promise<void> {
  await publish(deps, [manifestEntry(projectId)]);
}

/** Publishes keys by their hashes. */
export async function publishKeys(deps: RoutingDeps, hashes: readonly string[]): Promise<void> {
  await publish(deps, hashes.map(keyEntry));
}

/** Publishes all keys of an account or of a project; each has its mark before the first is written. */
export async function publishKeysOf(
  deps: RoutingDeps,
  of: { readonly ownerId: number } | { readonly projectId: number },
): Promise<void> {
  const { db } = deps;
  const isTheirs = "ownerId" in of ? eq(apiKey.ownerId, of.ownerId) : eq(apiKey.projectId, of.projectId);
  await db.run(
    sql`insert into routing_mark (name) select 'key:' || ${apiKey.keyHash} from ${apiKey} where ${isTheirs}`,
  );
  const rows = await db.select({ hash: apiKey.keyHash }).from(apiKey).where(isTheirs).limit(KEYS_PER_REQUEST);
  await publishKeys(
    deps,
    rows.map(({ hash }) => hash),
  );
}

/**
 * Publishes entries by name and returns those that KV refused. Reads the database, writes KV, and checks whether the database
 * changed meanwhile: so the last writer has read last.
 */
export async function publish(deps: RoutingDeps, names: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  for (let from = 0; from < names.length; from += ENTRIES_AT_ONCE) {
    refused.push(...(await publishSome(deps, names.slice(from, from + ENTRIES_AT_ONCE))));
  }
  return refused;
}

async function publishSome(deps: RoutingDeps, names: readonly string[]): Promise<string[]> {
  const own: number[] = [];
  const problems = new Map<string, string>();
  let open = [...new Set(names)];
  let mayRetry = deps.sleep !== undefined;
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    const begun = await begin(deps.db, open);
    own.push(...begun);
    const refused = await write(deps, await wantedEntries(deps.db, open));
    const written = open.filter((name) => !refused.has(name));
    open = await settle(deps.db, written, { own, first: Math.min(...begun), last: Math.max(...begun) });
    for (const [name, problem] of refused) problems.set(name, problem);
    if (problems.size > 0 && mayRetry) {
      await deps.sleep?.(RETRY_AFTER_MS);
      open.push(...problems.keys());
      problems.clear();
      mayRetry = false;
    }
  }
  const left = [...open, ...problems.keys()];
  if (left.length > 0) await putOff(deps.db, left, problems, own);
  return left;
}

/** Marks in the database that these entries are about to be written; returns the ids of the marks. */
async function begin(db: Database, names: readonly string[]): Promise<number[]> {
  const marks = await db
    .insert(routingMark)
    .values(names.map((name) => ({ name, kind: "PUBLISHING" as const })))
    .returning({ id: routingMark.id });
  return marks.map(({ id }) => id);
}

/** The entries that KV refused, with its reasons. */
async function write(
  { routing }: RoutingDeps,
  wanted: ReadonlyMap<string, string | null>,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const waiting = [...wanted];
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, text] = next;
      await publishEntry(routing, name, text).catch((error: unknown) => {
        refused.set(name, error instanceof Error ? error.message : String(error));
      });
    }
  };
  await Promise.all(Array.from({ length: WRITES_AT_ONCE }, worker));
  return refused;
}

interface Attempt {
  /** All marks of this publisher. */
  readonly own: readonly number[];
  /**
   * Marks of the round that has just been written: changes before the first mark are in it, changes after the last may not be.
   */
  readonly first: number;
  readonly last: number;
}

/**
 * Removes the marks of entries that are up to date, and returns entries that have changed meanwhile. Marks of other publishers
 * stay.
 */
async function settle(db: Database, names: readonly string[], attempt: Attempt): Promise<string[]> {
  if (names.length === 0) return [];
  const isBehind = sql`exists (select 1 from routing_mark newer where newer.name = ${routingMark.name}
    and newer.kind = 'CHANGE' and newer.id > ${attempt.last})`;
  const isDone = or(
    isOneOf(routingMark.id, attempt.own),
    and(lt(routingMark.id, attempt.first), or(eq(routingMark.kind, "CHANGE"), eq(routingMark.isOld, true))),
  );
  const gone = await db
    .delete(routingMark)
    .where(and(isOneOf(routingMark.name, names), isDone, sql`not ${isBehind}`))
    .returning({ name: routingMark.name });
  const settled = new Set(gone.map(({ name }) => name));
  return names.filter((name) => !settled.has(name));
}

/** Moves entries to the end of the cron's queue, so that one that KV always refuses does not stop the others. */
async function putOff(
  db: Database,
  names: readonly string[],
  problems: ReadonlyMap<string, string>,
  own: readonly number[],
): Promise<void> {
  const marks = names.map((name) => ({ name, problem: problems.get(name) ?? null }));
  const isReplaced = sql`${routingMark.id} < last_insert_rowid() - ${marks.length - 1}`;
  await db.batch([
    db.insert(routingMark).values(marks),
    db
      .delete(routingMark)
      .where(
        and(
          isOneOf(routingMark.name, names),
          isReplaced,
          or(eq(routingMark.kind, "CHANGE"), isOneOf(routingMark.id, own)),
        ),
      ),
  ]);
}
