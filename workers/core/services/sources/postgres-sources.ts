/** PostgreSQL sources of projects. The connections are the operator's databases, so only staff may say what is read of them. */
import { and, asc, eq, inArray, isNull, lte } from "drizzle-orm";
import type { PostgresSourceRequest, SourceCounts, SourceMapping } from "#contract/postgres-source.ts";
import { isUniqueViolation } from "#db/database.ts";
import { isFree } from "#db/lease.ts";
import { account, project } from "#db/schema.ts";
import { postgresSource } from "#db/source-schema.ts";
import { DatabaseProblem } from "#platform/postgres.ts";
import { referable, requireReference } from "../access/references.ts";
import { fieldError, notFound, permissionDenied } from "../app-error.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import {
  type PostgresSourceRow,
  postgresSourceCodec,
  postgresSources,
} from "../resources/postgres-source.ts";
import { seesEverything, type Viewer } from "../viewer.ts";
import { mappingProblem } from "./check-mapping.ts";
import { PRESETS } from "./presets.ts";
import { readSource, type SourceDeps } from "./read-source.ts";
import { keptProgress, streamsOf } from "./streams.ts";

const NAME_TAKEN = "A source of this project has this name already.";
const STAFF_ONLY = "Only staff may read the deployment's databases.";
const NOTHING_TO_READ = "Give a preset, or tables to read.";
const TWO_MAPPINGS = "A preset says which tables are read: leave out interactions, items and users.";
const NOTHING_READ: SourceCounts = { events: 0, repeated: 0, items: 0, users: 0, rejected: 0 };
/** Sources that one minute begins; the others wait for the next. */
const SOURCES_PER_TICK = 4;

export async function createPostgresSource(
  deps: SourceDeps,
  viewer: Viewer,
  request: PostgresSourceRequest,
): Promise<PostgresSourceRow> {
  requireStaff(viewer);
  const owned = await requireReference(deps.db, viewer, referable.project, "project", request.project);
  const mapping = mappingOf(request);
  await refuseUnreadable(deps, request.connection, mapping);
  const now = deps.clock();
  const {
    name,
    connection,
    preset = null,
    every_minutes: everyMinutes = null,
    is_enabled: isEnabled,
  } = request;
  const inserted = deps.db
    .insert(postgresSource)
    .values({
      ...{ projectId: owned.id, name, connection, preset, mapping, everyMinutes, isEnabled },
      ...{ progress: {}, counts: NOTHING_READ, rejected: [] },
      nextReadAt: everyMinutes === null ? null : now,
      ...{ createdAt: now, updatedAt: now },
    })
    .returning();
  const [row] = await orNameTaken(inserted);
  return row as PostgresSourceRow;
}

/** Changes a source. A table that is read in another way is read from its beginning. */
export async function updatePostgresSource(
  deps: SourceDeps,
  viewer: Viewer,
  row: PostgresSourceRow,
  changes: Partial<PostgresSourceRequest>,
): Promise<PostgresSourceRow> {
  requireStaff(viewer);
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "A source stays in its project.");
  }
  const changesMapping = ["preset", "interactions", "items", "users"].some((field) => field in changes);
  const { interactions, items, users } = row.mapping;
  const kept = row.preset === null ? { interactions, items, users } : { preset: row.preset };
  const preset = changes.preset === undefined && changesMapping ? {} : { preset: changes.preset };
  const mapping = changesMapping
    ? mappingOf({ ...(changes.preset ? {} : kept), ...changes, ...preset })
    : row.mapping;
  const connection = changes.connection ?? row.connection;
  if (changesMapping || connection !== row.connection) await refuseUnreadable(deps, connection, mapping);
  const everyMinutes = changes.every_minutes === undefined ? row.everyMinutes : changes.every_minutes;
  const now = deps.clock();
  const update = deps.db
    .update(postgresSource)
    .set({
      ...postgresSourceCodec.set({
        name: changes.name ?? row.name,
        is_enabled: changes.is_enabled ?? row.isEnabled,
      }),
      ...{ connection, mapping, everyMinutes, updatedAt: now },
      ...(changesMapping && { preset: changes.preset ?? null }),
      ...(changes.every_minutes !== undefined && { nextReadAt: everyMinutes === null ? null : now }),
      ...(changesMapping && { progress: keptProgress(row.progress, row.mapping, mapping) }),
    })
    // What a Worker reads meanwhile would be written over: the change waits until it is done.
    .where(and(eq(postgresSource.id, row.id), isFree(postgresSource, now)))
    .returning();
  const [updated] = await orNameTaken(update);
  if (updated !== undefined) return updated;
  const [present] = await deps.db.select().from(postgresSource).where(eq(postgresSource.id, row.id));
  if (present === undefined) throw notFound(postgresSources.model);
  throw fieldError("non_field_errors", "The source is being read at the moment. Try again in a minute.");
}

export async function deletePostgresSource(
  deps: SourceDeps,
  viewer: Viewer,
  row: PostgresSourceRow,
): Promise<void> {
  requireStaff(viewer);
  await deps.db.delete(postgresSource).where(eq(postgresSource.id, row.id));
}

/** Reads a source now. Returns it afterwards. */
export async function readNow(deps: SourceDeps, row: PostgresSourceRow): Promise<PostgresSourceRow> {
  await readSource(deps, row.id);
  const [read] = await deps.db.select().from(postgresSource).where(eq(postgresSource.id, row.id));
  if (read === undefined) throw notFound(postgresSources.model);
  return read;
}

/** Reads the sources that are due, the one that waits longest first. */
export async function readDueSources(deps: SourceDeps): Promise<void> {
  const now = deps.clock();
  const open = deps.db
    .select({ id: project.id })
    .from(project)
    .innerJoin(account, and(eq(account.id, project.ownerId), eq(account.isActive, true)))
    .where(isNull(project.deletedAt));
  const due = await deps.db
    .select({ id: postgresSource.id })
    .from(postgresSource)
    .where(
      and(
        eq(postgresSource.isEnabled, true),
        lte(postgresSource.nextReadAt, now),
        isFree(postgresSource, now),
        inArray(postgresSource.projectId, open),
      ),
    )
    .orderBy(asc(postgresSource.nextReadAt))
    .limit(SOURCES_PER_TICK);
  await attemptEach(due, "PostgreSQL sources", ({ id }) => readSource(deps, id));
}

function requireStaff(viewer: Viewer): void {
  if (!seesEverything(viewer)) throw permissionDenied(STAFF_ONLY);
}

/** Throws a field error for a preset beside tables, and for neither. */
function mappingOf({
  preset,
  interactions,
  items,
  users,
}: Partial<Pick<PostgresSourceRequest, "preset" | "interactions" | "items" | "users">>): SourceMapping {
  const own: SourceMapping = { interactions: interactions ?? [], items: items ?? null, users: users ?? null };
  const hasOwn = streamsOf(own).length > 0;
  if (preset != null && hasOwn) throw fieldError("preset", TWO_MAPPINGS);
  if (preset != null) return PRESETS[preset];
  if (!hasOwn) throw fieldError("interactions", NOTHING_TO_READ);
  return own;
}

/** Throws a field error if the database does not answer, or a table or column is not there. */
async function refuseUnreadable(deps: SourceDeps, connection: string, mapping: SourceMapping): Promise<void> {
  const address = deps.connections.get(connection);
  if (address === undefined) throw fieldError("connection", noConnection(deps, connection));
  const database = deps.openDatabase(address);
  try {
    const problem = await mappingProblem(database, mapping);
    if (problem !== null) throw fieldError(problem.field, problem.message);
  } catch (error) {
    throw error instanceof DatabaseProblem ? fieldError("connection", error.message) : error;
  } finally {
    await database.close();
  }
}

function noConnection({ connections }: SourceDeps, name: string): string {
  const known = [...connections.keys()];
  const has =
    known.length === 0 ? "It has none: see docs/guides/postgresql.md." : `It has: ${known.join(", ")}.`;
  return `The deployment has no connection "${name}". ${has}`;
}

async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error, "postgres_source.name") ? fieldError("name", NAME_TAKEN) : error;
  }
}
