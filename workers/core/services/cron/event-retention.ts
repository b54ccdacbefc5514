/** How long events are kept: segments past their time are deleted, a page of the store a minute. */
import { listSegments } from "#storage/event-segments.ts";
import { parseKey } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import { readCursor, writeCursor } from "./cron-cursors.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "clock">;

const DAY_MS = 86_400_000;
const CURSOR = "event_retention";
const STORE_PREFIX = "projects/";
const OBJECTS_PER_PAGE = 500;

/** Deletes segments of the next page whose newest event arrived more than `days` ago. Returns how many there were. */
export async function expireSegments(deps: Deps, days: number | null): Promise<number> {
  if (days === null) return 0;
  const after = await readCursor(deps, CURSOR);
  const page = await listSegments(deps.store, STORE_PREFIX, { limit: OBJECTS_PER_PAGE, after });
  await writeCursor(deps, CURSOR, page.next);
  const before = deps.clock() - days * DAY_MS;
  const isOld = ({ key, sealedAt }: (typeof page.segments)[number]) =>
    parseKey(key)?.kind === "events" && sealedAt < before;
  const keys = page.segments.filter(isOld).map(({ key }) => key);
  if (keys.length > 0) await deps.store.delete(keys);
  return keys.length;
}
