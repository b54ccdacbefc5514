/**
 * How many calls a minute a caller may make. Calls are counted in windows that begin with the first call; refused calls count, too.
 */
import { inArray, lt, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { rateWindow } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import { AppError } from "../app-error.ts";
import type { RateLimits, RateScope } from "./rates.ts";

export const WINDOW_MS = 60_000;
/** Beyond this many callers the oldest windows are forgotten: a limiter must not fill the memory. */
const KEYS_KEPT = 10_000;

interface Window {
  startedAt: number;
  calls: number;
}

/** Throws `throttled` when a window holds more calls than allowed. */
export function refuseBeyond(limit: number, window: Window, now: number): void {
  if (window.calls <= limit) return;
  const seconds = Math.max(1, Math.ceil((window.startedAt + WINDOW_MS - now) / 1000));
  const text = `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? "" : "s"}.`;
  throw new AppError("throttled", text, { headers: { "Retry-After": String(seconds) } });
}

export interface CallCounter {
  /** Counts a call and returns its window. */
  count(key: string): Promise<Window>;
}

/** Counts within this isolate: without cost, right for limits that protect it from one busy caller. */
export function memoryCounter(clock: Clock): CallCounter {
  const windows = new Map<string, Window>();
  return {
    async count(key) {
      const now = clock();
      const known = windows.get(key);
      const isOpen = known !== undefined && now < known.startedAt + WINDOW_MS;
      const window = isOpen ? known : { startedAt: now, calls: 0 };
      window.calls += 1;
      windows.delete(key);
      windows.set(key, window);
      const oldest = windows.size > KEYS_KEPT ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      return { ...window };
    },
  };
}

/** Counts in the database, for all locations together: one write a call, right for guesses at passwords. */
export function databaseCounter(db: Database, clock: Clock): CallCounter {
  return {
    async count(key) {
      const now = clock();
      const isOver = sql`${rateWindow.startedAt} <= ${now - WINDOW_MS}`;
      const [window] = await db
        .insert(rateWindow)
        .values({ key, startedAt: now, calls: 1 })
        .onConflictDoUpdate({
          target: rateWindow.key,
          set: {
            calls: sql`case when ${isOver} then 1 else ${rateWindow.calls} + 1 end`,
            startedAt: sql`case when ${isOver} then ${now} else ${rateWindow.startedAt} end`,
          },
        })
        .returning();
      return window ?? { startedAt: now, calls: 1 };
    },
  };
}

/** Number of windows that a sweep forgets. */
export const WINDOWS_PER_SWEEP = 5000;

/** Forgets windows that have ended, the oldest first. Call it regularly. */
export async function sweepRateWindows({
  db,
  clock,
}: {
  readonly db: Database;
  readonly clock: Clock;
}): Promise<void> {
  const over = db
    .select({ key: rateWindow.key })
    .from(rateWindow)
    .where(lt(rateWindow.startedAt, clock() - WINDOW_MS))
    .orderBy(rateWindow.startedAt)
    .limit(WINDOWS_PER_SWEEP);
  await db.delete(rateWindow).where(inArray(rateWindow.key, over));
}

/** Takes one call of a caller from a scope; throws `throttled` when there are none left. `factor` widens the scope's limit. */
export type Throttle = (scope: RateScope, caller: string, factor?: number) => Promise<void>;

export function makeThrottle(db: Database, clock: Clock, limits: RateLimits): Throttle {
  const memory = memoryCounter(clock);
  const shared = databaseCounter(db, clock);
  return async (scope, caller, factor = 1) => {
    const limit = limits[scope];
    if (limit === null) return;
    const counter = scope === "login" ? shared : memory;
    refuseBeyond(limit * factor, await counter.count(`${scope}:${caller}`), clock());
  };
}
