/** How long events are kept: segments past their time are deleted, a page of the store a minute. */
import { isNotNull } from "drizzle-orm";
import { project } from "#db/schema.ts";
import { listSegments } from "#storage/event-segments.ts";
import { parseKey } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import { readCursor, writeCursor } from "./cron-cursors.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "clock">;

const DAY_MS = 86_400_000;
const CURSOR = "event_retention";
const STORE_PREFIX = "projects/";
const OBJECTS_PER_PAGE = 500;

/**
 * Deletes segments of the next page whose newest event arrived too long ago. That is more than `days`, or than the days of its
 * project if these are fewer. Returns how many there were.
 */
export async function expireSegments(deps: Deps, days: number | null): Promise<number> {
  const ofProjects = await daysOfProjects(deps);
  if (days === null && ofProjects.size === 0) return 0;
  const after = await readCursor(deps, CURSOR);
  const page = await listSegments(deps.store, STORE_PREFIX, { limit: OBJECTS_PER_PAGE, after });
  await writeCursor(deps, CURSOR, page.next);
  const isOld = ({ key, sealedAt }: (typeof page.segments)[number]) => {
    const object = parseKey(key);
    if (object?.kind !== "events") return false;
    const kept = Math.min(
      days ?? Number.POSITIVE_INFINITY,
      ofProjects.get(object.projectId) ?? Number.POSITIVE_INFINITY,
    );
    return sealedAt < deps.clock() - kept * DAY_MS;
  };
  const keys = page.segments.filter(isOld).map(({ key }) => key);
  if (keys.length > 0) await deps.store.delete(keys);
  return keys.length;
}

/** Of the projects that set them. */
async function daysOfProjects({ db }: Deps): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .select({ id: project.id, settings: project.eventSettings })
    .from(project)
    .where(isNotNull(project.eventSettings));
  return new Map(
    rows.flatMap(({ id, settings }) => {
      const days = settings?.event_retention_days ?? null;
      return days === null ? [] : [[id, days] as const];
    }),
  );
}
