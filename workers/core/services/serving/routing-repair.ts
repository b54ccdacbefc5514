/** The cron's work for KV: publishes marked entries, and regularly checks all entries, for damage without a mark. */
import { and, asc, eq, gt, lte, max, min } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { routingMark } from "#db/routing-schema.ts";
import { apiKey, project } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import {
  entryOf,
  keyEntry,
  manifestEntry,
  ROUTING_TTL_S,
  type RoutingStore,
} from "#storage/routing-store.ts";
import { readCursor, writeCursor } from "../cron/cron-cursors.ts";
import { publish } from "./routing.ts";
import { wantedEntries } from "./routing-entries.ts";

export interface RepairDeps {
  readonly db: Database;
  readonly routing: RoutingStore;
  readonly clock: Clock;
}

/** A Worker has a thousand calls a run; an entry takes one. */
const MARKED_PER_RUN = 500;
/** Rows and names that a run checks during a walk. */
const WALKED_PER_RUN = 100;
/** A walk begins again this long after the last one. */
const WALK_EVERY_MS = 60 * 60 * 1000;

export interface RepairReport {
  /** Entries that were marked, or differ. */
  readonly published: number;
  /** Entries that KV refused, for the next run. */
  readonly refused: readonly string[];
}

/** Call it each minute. */
export async function repairRouting(deps: RepairDeps): Promise<RepairReport> {
  const names = [...(await markedNames(deps.db)), ...(await walk(deps))];
  const before = await newestMark(deps.db);
  const refused = await publish(deps, names);
  // The publishers of these marks began before this run and still work: by the next run they are done, or gone.
  const isLeft = and(eq(routingMark.kind, "PUBLISHING"), lte(routingMark.id, before));
  await deps.db.update(routingMark).set({ isOld: true }).where(isLeft);
  return { published: names.length - refused.length, refused };
}

/** The longest waiting ones first. */
async function markedNames(db: Database): Promise<string[]> {
  const rows = await db
    .select({ name: routingMark.name, first: min(routingMark.id) })
    .from(routingMark)
    .groupBy(routingMark.name)
    .orderBy(asc(min(routingMark.id)))
    .limit(MARKED_PER_RUN);
  return rows.map(({ name }) => name);
}

async function newestMark(db: Database): Promise<number> {
  const [row] = await db.select({ id: max(routingMark.id) }).from(routingMark);
  return row?.id ?? 0;
}

/** The position of a walk: through the keys' rows, the projects' rows, and the names in KV. */
interface Progress {
  readonly startedAt: number;
  readonly keyId: number;
  readonly projectId: number;
  /** Null once all names have been seen. */
  readonly names: string | null;
  readonly isOver: boolean;
}

/** The name of its cursor. */
const WALK = "routing_walk";

/** The names of entries that differ from the database, or expire soon, among the next ones. */
async function walk(deps: RepairDeps): Promise<string[]> {
  const now = deps.clock();
  const progress = await readProgress(deps.db);
  const isDue = progress === null || !progress.isOver || now >= progress.startedAt + WALK_EVERY_MS;
  if (!isDue) return [];
  const from =
    progress === null || progress.isOver
      ? { startedAt: now, keyId: 0, projectId: 0, names: "", isOver: false }
      : progress;
  const rows = await nextRows(deps.db, from);
  const page = from.names === null ? null : await nextNames(deps, from.names);
  const next: Progress = {
    ...from,
    keyId: rows.keyId,
    projectId: rows.projectId,
    names: page?.next ?? null,
    isOver: rows.names.length === 0 && (page?.next ?? null) === null,
  };
  const different = await differing(deps, rows.names);
  await writeCursor(deps, WALK, JSON.stringify(next));
  return [...different, ...(page?.names ?? [])];
}

async function nextRows(db: Database, from: Progress) {
  const keys = await db
    .select({ id: apiKey.id, hash: apiKey.keyHash })
    .from(apiKey)
    .where(gt(apiKey.id, from.keyId))
    .orderBy(asc(apiKey.id))
    .limit(WALKED_PER_RUN);
  const projects = await db
    .select({ id: project.id })
    .from(project)
    .where(gt(project.id, from.projectId))
    .orderBy(asc(project.id))
    .limit(WALKED_PER_RUN);
  return {
    names: [...keys.map(({ hash }) => keyEntry(hash)), ...projects.map(({ id }) => manifestEntry(id))],
    keyId: keys.at(-1)?.id ?? from.keyId,
    projectId: projects.at(-1)?.id ?? from.projectId,
  };
}

/** Those of these entries whose text is wrong. */
async function differing({ db, routing }: RepairDeps, names: readonly string[]): Promise<string[]> {
  const wanted = await wantedEntries(db, names);
  const found = await Promise.all(names.map((name) => routing.get(name)));
  return names.filter((name, at) => found[at] !== wanted.get(name));
}

/** Of the next names in KV, those without a row and those that expire soon. */
async function nextNames({ db, routing, clock }: RepairDeps, cursor: string) {
  const page = await routing.list({ limit: WALKED_PER_RUN, ...(cursor === "" ? {} : { cursor }) });
  const wanted = await wantedEntries(
    db,
    page.keys.map(({ name }) => name).filter((name) => entryOf(name) !== null),
  );
  const soon = clock() / 1000 + ROUTING_TTL_S / 2;
  const names = page.keys.flatMap(({ name, expiration }) => {
    const text = wanted.get(name);
    if (text === undefined) return [];
    return text === null || expiration === undefined || expiration < soon ? [name] : [];
  });
  return { names, next: page.list_complete ? null : (page.cursor ?? null) };
}

async function readProgress(db: Database): Promise<Progress | null> {
  const position = await readCursor({ db }, WALK);
  return position === null ? null : (JSON.parse(position) as Progress);
}
