/** What the K-pop service's clients are told of the model, the stores and the items of a project. */
import { lightFm } from "#contract/algorithms/light-fm.ts";
import { DEFAULT_COLD_START } from "#contract/cold-start.ts";
import { type ColdStartCounts, coldStartCounts } from "#engine/serve/cold-start-counts.ts";
import type { UserCount } from "#jobs/event-shard/shard-object.ts";
import type { ItemShelfObject } from "#jobs/item-shelf/shelf-object.ts";
import type { LastKnown } from "../memory/last-known.ts";
import { isUnusable } from "../memory/model-cache.ts";
import type { LiveModel } from "../serving/live-model.ts";
import type { Serving } from "../serving/serving.ts";

export interface KpopStateDeps {
  readonly people: {
    countUsers(projectId: number, property: string): Promise<UserCount>;
    hasUsers(projectId: number): Promise<boolean>;
  };
  readonly shelf: (projectId: number) => Pick<ItemShelfObject, "find">;
  /** What was counted of each project's posts. */
  readonly known: {
    readonly items: LastKnown<number>;
    readonly posts: LastKnown<ColdStartCounts | null>;
  };
  readonly now: () => number;
  readonly logError: (event: string, error: unknown) => void;
}

type Served = Pick<Serving, "liveModels" | "catalogueOf" | "coldStartOf">;

type Status = "healthy" | "degraded" | "unhealthy";

interface Check {
  readonly status: Status;
  readonly message: string;
  readonly response_time_ms: number | null;
}

/** A store that takes this long is slow, milliseconds. */
const SLOW_MS = 100;
/** An id that asks the shelf for one row. */
const ANY_ITEM = "health";

/** Clients may compare these: the service has this one kind of model, in this file. */
const MODEL_TYPE = lightFm.title;
const MODEL_PATH = "hybrid_model.pkl";

const WORST: readonly Status[] = ["unhealthy", "degraded", "healthy"];

/** The answer of `/health`: as bad as its worst check. */
export async function healthOf(deps: KpopStateDeps, serving: Served, projectId: number) {
  const [model, database, features] = await Promise.all([
    checkModel(deps, serving, projectId),
    checkStores(deps, projectId),
    checkFeatures(deps, serving, projectId),
  ]);
  const checks = { model, database, features };
  const status = WORST.find((one) => Object.values(checks).some((check) => check.status === one));
  return { status, timestamp: timeOf(deps.now()), checks };
}

/** The answer of `/admin/model-status`. Counts are the last ones while a store fails; throws what it throws if there are none. */
export async function modelStatusOf(deps: KpopStateDeps, serving: Served, projectId: number) {
  const settings = (await serving.coldStartOf(projectId)) ?? DEFAULT_COLD_START;
  const [live, counts, people] = await Promise.all([
    usable(deps, serving.liveModels.findNow(projectId)),
    deps.known.posts(String(projectId), async () => {
      const catalogue = await serving.catalogueOf(projectId);
      return catalogue && coldStartCounts(catalogue, settings);
    }),
    deps.people.countUsers(projectId, settings.user_communities),
  ]);
  const trained = live ? userCountOf(live) : 0;
  return {
    is_loaded: live !== null,
    num_users: trained,
    num_all_users: Math.max(trained, people.users),
    num_items: live?.servable.items.size ?? 0,
    num_posts_metadata: counts?.items ?? 0,
    model_type: MODEL_TYPE,
    model_path: MODEL_PATH,
    last_reload_time: live ? timeOf(live.since) : null,
    cold_start_strategy: {
      users_with_interactions: trained,
      users_with_followed_communities: people.having,
      communities_with_tags: counts?.communitiesWithTags ?? 0,
      posts_with_engagement: counts?.itemsWithEngagement ?? 0,
    },
    file_updated: live?.hasNext ?? false,
  };
}

/** The answer of `/admin/reload-model`; a text says why it failed. */
export async function reloadOf({ logError }: KpopStateDeps, serving: Served, projectId: number) {
  try {
    const reloaded = await serving.liveModels.reload(projectId);
    if (!reloaded) return "no model is deployed";
    const { formerSince, since, servable } = reloaded;
    if (formerSince === null) {
      const details = {
        reloaded: false,
        reason: "Model file not modified",
        last_reload_time: timeOf(since),
      };
      return { success: true, message: "Model is already up to date", details };
    }
    const details = {
      reloaded: true,
      reason: "Model file modified",
      previous_reload_time: timeOf(formerSince),
      current_reload_time: timeOf(since),
      num_users: userCountOf(reloaded),
      num_items: servable.items.size,
    };
    return { success: true, message: "Model reloaded successfully", details };
  } catch (error) {
    logError("model_not_reloaded", error);
    return isUnusable(error) ? "the stored model is damaged or missing" : "the store does not answer";
  }
}

async function checkModel({ now, logError }: KpopStateDeps, { liveModels }: Served, projectId: number) {
  const begun = now();
  try {
    const live = await liveModels.find(projectId);
    if (live) return check("healthy", `Model loaded successfully (${MODEL_TYPE})`, now() - begun);
    return check("degraded", "Model not loaded: the project has none yet", now() - begun);
  } catch (error) {
    logError("model_check_failed", error);
    const message = isUnusable(error) ? "it is damaged or missing" : "the store does not answer";
    return check("unhealthy", `Model not loaded: ${message}`, null);
  }
}

async function checkStores({ people, shelf, now, logError }: KpopStateDeps, projectId: number) {
  const begun = now();
  try {
    await Promise.all([people.hasUsers(projectId), shelf(projectId).find([ANY_ITEM])]);
    const ms = now() - begun;
    return check(ms < SLOW_MS ? "healthy" : "degraded", "Database connection active", ms);
  } catch (error) {
    logError("store_check_failed", error);
    const message = "Database connection failed: people, events or posts cannot be read";
    return check("unhealthy", message, null);
  }
}

async function checkFeatures({ known, now, logError }: KpopStateDeps, serving: Served, projectId: number) {
  const begun = now();
  try {
    const [live, items] = await Promise.all([
      serving.liveModels.find(projectId).catch(() => null),
      known.items(String(projectId), async () => (await serving.catalogueOf(projectId))?.itemIds.size ?? 0),
    ]);
    const users = live ? userCountOf(live) : 0;
    const status = users + items > 0 ? "healthy" : "degraded";
    return check(status, `Features loaded (${users} users, ${items} items)`, now() - begun);
  } catch (error) {
    logError("feature_check_failed", error);
    return check("unhealthy", "Features not loaded: posts cannot be read", null);
  }
}

function check(status: Status, message: string, ms: number | null): Check {
  return { status, message, response_time_ms: ms };
}

/** Null also for a model that cannot be used, which is logged. */
async function usable({ logError }: KpopStateDeps, work: Promise<LiveModel | null>) {
  try {
    return await work;
  } catch (error) {
    if (!isUnusable(error)) throw error;
    logError("model_refused", error);
    return null;
  }
}

/** How many people the model was trained with. */
function userCountOf({ servable }: LiveModel): number {
  return servable.histories?.userCount ?? servable.users.size;
}

const timeOf = (ms: number) => new Date(ms).toISOString();
