/** Conversion events of Recotem's clients. Those at volume go to the event shards, by `/v1/events`. */
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import type { ConversionEventRequest } from "#contract/conversion-event.ts";
import type { Database } from "#db/database.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import { inOwnProject } from "#db/ownership.ts";
import { deploymentSlot, project } from "#db/schema.ts";
import { abTestsPrefix } from "#storage/keys.ts";
import { fieldError, permissionDenied } from "../app-error.ts";
import { nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import type { ConversionEventRow } from "../resources/conversion-event.ts";
import type { Viewer } from "../viewer.ts";
import { dropTalliesBelow } from "./kept-tallies.ts";

type Deps = Pick<ServiceDeps, "db" | "clock">;

const FOREIGN_KEY = "API key not authorized for this project";
const FOREIGN_PROJECT = "You do not own this project";
const FOREIGN_SLOT = "Deployment slot does not belong to the specified project";
const NOT_THERE = (id: number) => `Invalid pk "${id}" - object does not exist.`;

const DAY_MS = 86_400_000;
const PROJECTS_PER_TICK = 20;
/** Of a project and a minute. */
const EXPIRED_PER_TICK = 5_000;

/** Stores events, all or none, in the order given. Throws 403 for a project or a slot that the caller may not write to. */
export async function createConversionEvents(
  deps: Deps,
  viewer: Viewer,
  events: readonly ConversionEventRequest[],
): Promise<ConversionEventRow[]> {
  if (events.length === 0) return [];
  await requireTargets(deps.db, viewer, events);
  const now = deps.clock();
  const rows = events.map((event) => [
    event.project,
    event.deployment_slot,
    event.user_id,
    event.item_id,
    event.event_type,
    event.recommendation_request_id ?? null,
    JSON.stringify(event.metadata_json),
  ]);
  // One parameter for all rows: a statement has 100 at most.
  const cell = (at: number) => sql`json_extract(value, ${sql.raw(`'$[${at}]'`)})`;
  return deps.db
    .insert(conversionEvent)
    .select(
      sql`select null, ${sql.join([0, 1, 2, 3, 4, 5, 6].map(cell), sql`, `)}, ${now}
        from json_each(${JSON.stringify(rows)}) order by key`,
    )
    .returning();
}

/** Each pair of project and slot is asked for once. */
async function requireTargets(
  db: Database,
  viewer: Viewer,
  events: readonly ConversionEventRequest[],
): Promise<void> {
  const pairs = new Map(events.map((event) => [`${event.project} ${event.deployment_slot}`, event]));
  const known = new Set<number>();
  for (const { project: projectId, deployment_slot: slotId } of pairs.values()) {
    if (viewer.key && viewer.key.projectId !== projectId) throw permissionDenied(FOREIGN_KEY);
    // Whether a foreign project exists is not said.
    if (!known.has(projectId) && !(await mayAdd(db, viewer, projectId)))
      throw permissionDenied(FOREIGN_PROJECT);
    known.add(projectId);
    const [slot] = await db
      .select({ projectId: deploymentSlot.projectId })
      .from(deploymentSlot)
      .where(eq(deploymentSlot.id, slotId));
    if (slot === undefined) throw fieldError("deployment_slot", NOT_THERE(slotId));
    if (slot.projectId !== projectId) throw permissionDenied(FOREIGN_SLOT);
  }
}

async function mayAdd(db: Database, viewer: Viewer, projectId: number): Promise<boolean> {
  const isTheirs = and(eq(project.id, projectId), inOwnProject(project.id, viewer));
  return (await db.select({ id: project.id }).from(project).where(isTheirs)).length > 0;
}

/** Deletes an event; reports of tests then count all others again. A key that may only predict, as those in pages may, changes nothing that is stored. */
export async function deleteConversionEvent(
  { db, store }: Pick<ServiceDeps, "db" | "store">,
  viewer: Viewer,
  { id, projectId }: ConversionEventRow,
): Promise<void> {
  if (viewer.key && !viewer.key.scopes.includes("write")) throw permissionDenied();
  await db.delete(conversionEvent).where(eq(conversionEvent.id, id));
  await dropTalliesBelow({ store }, abTestsPrefix(projectId));
}

/** Of a person who is erased. Returns how many there were. */
export async function eraseConversions(
  { db }: Pick<Deps, "db">,
  projectId: number,
  userId: string,
): Promise<number> {
  const gone = await db
    .delete(conversionEvent)
    .where(and(eq(conversionEvent.projectId, projectId), eq(conversionEvent.userId, userId)))
    .returning({ id: conversionEvent.id });
  return gone.length;
}

/** Deletes the oldest events that are past the time for which events are kept: `days`, or fewer if the project says so. */
export async function expireConversions(deps: Deps, days: number | null): Promise<number> {
  const { db, clock } = deps;
  const projects = await nextPage(deps, "conversion_events", PROJECTS_PER_TICK, (after, limit) =>
    db
      .select({ id: project.id, settings: project.eventSettings })
      .from(project)
      .where(sql`${project.id} > ${after}`)
      .orderBy(project.id)
      .limit(limit),
  );
  let expired = 0;
  for (const { id, settings } of projects) {
    const kept = Math.min(
      days ?? Number.POSITIVE_INFINITY,
      settings?.event_retention_days ?? Number.POSITIVE_INFINITY,
    );
    if (!Number.isFinite(kept)) continue;
    // The first ids are the oldest: a project without old events costs one page of the index, not all of its rows.
    const oldest = db
      .select({ id: conversionEvent.id })
      .from(conversionEvent)
      .where(eq(conversionEvent.projectId, id))
      .orderBy(conversionEvent.id)
      .limit(EXPIRED_PER_TICK);
    const gone = await db
      .delete(conversionEvent)
      .where(and(inArray(conversionEvent.id, oldest), lt(conversionEvent.createdAt, clock() - kept * DAY_MS)))
      .returning({ id: conversionEvent.id });
    expired += gone.length;
  }
  return expired;
}
