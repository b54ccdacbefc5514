/** What a user did since the training, and what was written of the user, for the profile of a request. */
import type { OwnEventWeights } from "#contract/event-weight.ts";
import type { LiveEventsState } from "#contract/recommend.ts";
import type { CountedItem } from "#engine/serve/popular-now.ts";
import type { CountAnswer } from "#jobs/event-shard/event-counts.ts";
import type { RecentOfUser } from "#jobs/event-shard/shard-object.ts";
import type { EventShards } from "../events/event-shards.ts";
import { type CountedBy, weighCounts } from "./counted-by.ts";
import { waitMsOf } from "./wait-ms.ts";

export interface LiveItems {
  /** Never rejects, and takes no longer than the limit: an answer without live events is better than none. */
  of(projectId: number, userId: string | undefined): Promise<LiveProfile>;
  /**
   * What items got in a window: the same as long as nobody has asked the shards again. Nothing if the first counts do not come in
   * time. Never rejects.
   */
  popular(projectId: number, by: CountedBy): Promise<EventCounting>;
}

/** Items by their weighted events: the same array for the same weights. */
export type EventCounting = (own: OwnEventWeights | undefined) => readonly CountedItem[];

export interface LiveProfile extends RecentOfUser {
  readonly state: LiveEventsState;
}

export interface LiveItemsDeps {
  readonly shards: Pick<EventShards, "isQuiet" | "known" | "recentOf" | "windowedCounts">;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  /** How long an answer waits for a shard, milliseconds. */
  readonly waitMs: number;
  readonly logError: (event: string, error: unknown) => void;
}

const NOTHING: RecentOfUser = { items: [], properties: null };
const LATE: LiveProfile = { ...NOTHING, state: "late" };
/** How old counts are when the next request has them read again. */
const REFRESH_MS = 2_000;
const MAX_KNOWN_COUNTS = 4096;
/** Entries that each shard gives for popularity. */
const COUNTED_ENTRIES = 500;
const NO_COUNTS: readonly CountedItem[] = [];
export const NOTHING_COUNTED: EventCounting = () => NO_COUNTS;
const QUIET: LiveProfile = { ...NOTHING, state: "used" };

export function createLiveItems(deps: LiveItemsDeps): LiveItems {
  const { shards, sleep, now, keep, waitMs, logError } = deps;
  const ask = async (projectId: number, userId: string): Promise<LiveProfile> => {
    try {
      return { ...(await shards.recentOf(projectId, userId)), state: "used" };
    } catch (error) {
      logError("live_events_failed", error);
      return { ...NOTHING, state: "failed" };
    }
  };
  const count = async (projectId: number, { window, group, order }: CountedBy) => {
    const query = { window, group, limit: COUNTED_ENTRIES, withBefore: order === "growth" };
    try {
      return weighing(await shards.windowedCounts(projectId, query), order);
    } catch (error) {
      logError("counts_failed", error);
      return NOTHING_COUNTED;
    }
  };
  const known = new Map<string, { readonly counted: EventCounting; at: number }>();
  const refresh = async (name: string, projectId: number, by: CountedBy) => {
    const counted = await count(projectId, by);
    if (known.size >= MAX_KNOWN_COUNTS) known.clear();
    known.set(name, { counted, at: now() });
    return counted;
  };
  return {
    async popular(projectId, by) {
      const name = `${projectId} ${by.window} ${by.order} ${by.group}`;
      const entry = known.get(name);
      if (entry && now() - entry.at < REFRESH_MS) return entry.counted;
      const refreshed = refresh(name, projectId, by);
      if (!entry) return Promise.race([refreshed, sleep(waitMs).then(() => NOTHING_COUNTED)]);
      // The others go on with what is known, too.
      entry.at = now();
      keep(refreshed);
      return entry.counted;
    },
    async of(projectId, userId) {
      if (userId === undefined) return NO_LIVE_EVENTS;
      if (shards.isQuiet(projectId, userId)) return QUIET;
      const recent = shards.known(projectId, userId);
      if (recent?.isDue) keep(ask(projectId, userId));
      if (recent) return { ...recent.known, state: "used" };
      return Promise.race([ask(projectId, userId), sleep(waitMs).then(() => LATE)]);
    },
  };
}

/** Each event counts by the weight of its type. Weights change seldom, so the last sums are kept. */
function weighing(answer: CountAnswer, order: CountedBy["order"]): EventCounting {
  let last: { readonly own: OwnEventWeights | undefined; readonly items: readonly CountedItem[] } | null =
    null;
  return (own) => {
    if (last === null || !isSame(last.own, own)) last = { own, items: weighCounts(answer, own, order) };
    return last.items;
  };
}

/** The routing is read again every few seconds, so the same weights come as another object. */
function isSame(a: OwnEventWeights | undefined, b: OwnEventWeights | undefined): boolean {
  if (a === b) return true;
  const [of, others] = [Object.entries(a ?? {}), b ?? {}];
  return of.length === Object.keys(others).length && of.every(([type, weight]) => others[type] === weight);
}

/** For requests without a user. */
export const NO_LIVE_EVENTS: LiveProfile = { ...NOTHING, state: "none" };

/** Of a deployment without event shards. */
export const withoutLiveItems: LiveItems = {
  of: async () => NO_LIVE_EVENTS,
  popular: async () => NOTHING_COUNTED,
};

/** @throws BadEnvironment if the setting is not a number of milliseconds up to a second. */
export function liveWaitMs(text: string | undefined): number {
  return waitMsOf("EDGEWISE_LIVE_WAIT_MS", text, USUAL_WAIT_MS);
}

const USUAL_WAIT_MS = 50;
