/** What a user did since the training, for the profile of a request. */
import { eventWeight } from "#contract/event-weight.ts";
import type { LiveEventsState } from "#contract/recommend.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import { BadEnvironment } from "#platform/bad-environment.ts";
import type { EventShards } from "./events/event-shards.ts";

export interface LiveItems {
  /** Never rejects, and takes no longer than the limit: an answer without live events is better than none. */
  of(projectId: number, userId: string | undefined): Promise<LiveProfile>;
}

export interface LiveProfile {
  readonly state: LiveEventsState;
  readonly events: readonly ProfileEvent[];
}

export interface LiveItemsDeps {
  readonly shards: Pick<EventShards, "isQuiet" | "recentItems">;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long an answer waits for a shard, milliseconds. */
  readonly waitMs: number;
  readonly logError: (event: string, error: unknown) => void;
}

const LATE: LiveProfile = { state: "late", events: [] };
const QUIET: LiveProfile = { state: "used", events: [] };

export function createLiveItems({ shards, sleep, waitMs, logError }: LiveItemsDeps): LiveItems {
  const ask = async (projectId: number, userId: string): Promise<LiveProfile> => {
    try {
      const items = await shards.recentItems(projectId, userId);
      const events = items.flatMap(({ itemId, type, at, value }): ProfileEvent[] => {
        const weight = eventWeight(type, value);
        return weight === null ? [] : [{ itemId, weight, at }];
      });
      return { state: "used", events };
    } catch (error) {
      logError("live_events_failed", error);
      return { state: "failed", events: [] };
    }
  };
  return {
    async of(projectId, userId) {
      if (userId === undefined) return NO_LIVE_EVENTS;
      if (shards.isQuiet(projectId, userId)) return QUIET;
      return Promise.race([ask(projectId, userId), sleep(waitMs).then(() => LATE)]);
    },
  };
}

/** For requests without a user. */
export const NO_LIVE_EVENTS: LiveProfile = { state: "none", events: [] };

/** Of a deployment without event shards. */
export const withoutLiveItems: LiveItems = { of: async () => NO_LIVE_EVENTS };

/** @throws BadEnvironment if the setting is not a number of milliseconds up to a second. */
export function liveWaitMs(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_WAIT_MS;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms >= 0 && ms <= MAX_WAIT_MS) return ms;
  throw new BadEnvironment(`EDGEWISE_LIVE_WAIT_MS must be 0 to ${MAX_WAIT_MS}, in milliseconds.`);
}

const DEFAULT_WAIT_MS = 50;
const MAX_WAIT_MS = 1_000;
