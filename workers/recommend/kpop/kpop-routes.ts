/**
 * The addresses of the K-pop recommendation service below `/kpop`, for its clients. The key comes in `X-API-Key`, or in the address
 * (`/kpop/k/{key}/…`) for clients that send none. Recommendations are Edgewise's own.
 */
import type { Context, Hono } from "hono";
import { KPOP_PREFIX } from "#contract/addresses.ts";
import type { ColdStartCounts } from "#engine/serve/cold-start-counts.ts";
import type { UserCount } from "#jobs/event-shard/shard-object.ts";
import { refuseBrokenPath } from "../http/address.ts";
import { jsonAnswer } from "../http/answer.ts";
import { ServingError } from "../http/errors.ts";
import { createLastKnown } from "../memory/last-known.ts";
import { rememberFor } from "../memory/short-lived.ts";
import { callOf } from "../routes/call-of.ts";
import { acceptKey, pageOf as pageCaller } from "../routes/caller-of.ts";
import { crossOriginByKey, preflightByKey } from "../routes/cross-origin.ts";
import { userFor } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { Users } from "../users/users.ts";
import { health, modelStatus, reloadModel } from "./kpop-admin.ts";
import { kpopPageOf, postMetadataOf, rangeOf } from "./kpop-page.ts";
import type { KpopStateDeps } from "./kpop-state.ts";
import { pageOf } from "./page-query.ts";

const BASES = [`/${KPOP_PREFIX}`, `/${KPOP_PREFIX}/k/:key`];

const ROOT = {
  name: "Recommendation Service API",
  version: "1.0.0",
  description: "FastAPI-based recommendation service for K-pop posts",
  endpoints: {
    health: "/health",
    recommendations: "/recommendations/{user_id}",
    admin_reload: "/admin/reload-model",
    admin_status: "/admin/model-status",
    docs: "/docs",
    redoc: "/redoc",
  },
};

export interface KpopDeps extends Omit<KpopStateDeps, "known"> {
  readonly users: Pick<Users, "find">;
}

/** To count people, all of them are looked at: not for each call. Milliseconds. */
const COUNTED_MS = 10_000;

export function addKpopRoutes(app: Hono<ServingContext>, given: KpopDeps): void {
  const deps = {
    ...given,
    people: { ...given.people, countUsers: rememberedCount(given) },
    known: {
      items: createLastKnown<number>(given.logError),
      posts: createLastKnown<ColdStartCounts | null>(given.logError),
    },
  };
  for (const base of BASES) {
    for (const address of [base, `${base}/`]) {
      app.get(address, () => jsonAnswer(ROOT)).all(address, () => notAllowed("GET"));
    }
    const address = `${base}/recommendations/:user_id`;
    app.use(address, crossOriginByKey).options(address, preflight);
    app.get(address, (c) => recommendations(c, deps.users)).all(address, () => notAllowed("GET"));
    const healthAt = `${base}/health`;
    app.get(healthAt, (c) => health(c, deps)).all(healthAt, () => notAllowed("GET"));
    const statusAt = `${base}/admin/model-status`;
    app.get(statusAt, (c) => modelStatus(c, deps)).all(statusAt, () => notAllowed("GET"));
    const reloadAt = `${base}/admin/reload-model`;
    app.post(reloadAt, (c) => reloadModel(c, deps)).all(reloadAt, () => notAllowed("POST"));
  }
}

/** The same for a while: a caller who asks all the time costs no more. While the people cannot be counted, it is the last count. */
function rememberedCount({ people, now, logError }: KpopDeps): KpopDeps["people"]["countUsers"] {
  const counted = rememberFor(COUNTED_MS, now, (name) => {
    const [projectId = "", ...property] = name.split(" ");
    return people.countUsers(Number(projectId), property.join(" "));
  });
  const lastKnown = createLastKnown<UserCount>(logError);
  return (projectId, property) => {
    const name = `${projectId} ${property}`;
    return lastKnown(name, () => counted(name));
  };
}

async function recommendations(c: Context<ServingContext>, users: Pick<Users, "find">): Promise<Response> {
  c.set("route", "recommendations");
  refuseBrokenPath(c.req, "user_id");
  const serving = c.get("serving");
  const key = await acceptKey(c, c.req.param("key") ?? c.req.header("X-API-Key"), "predict");
  const caller = await pageCaller(c, key, "predict", undefined);
  c.get("timing").end("auth");
  const { projectId } = caller;
  const userId = userFor(caller, c.req.param("user_id") ?? "");
  const page = pageOf(c.req.url);
  const request = { userId, ...rangeOf(page) };
  const call = { ...callOf(c), hasColdStart: true };
  const made = async () =>
    (await serving.recommend(projectId, request, call)) ??
    (await serving.recommendWithoutModel(projectId, request, call));
  const { items, total, strategy } = kpopPageOf(await orCode("MODEL_ERROR", made()), page);
  if (strategy === null && !(await orCode("DATABASE_ERROR", users.find(projectId, userId)))) {
    throw unknownUser(userId);
  }
  const ids = items.map(({ itemId }) => itemId);
  const metadata = await serving.describe(projectId, ids);
  const { limit, offset } = page;
  return jsonAnswer({
    user_id: userId,
    recommendations: items.map(({ itemId, score }, at) => ({
      ...{ post_id: itemId, score, metadata: postMetadataOf(metadata[at] ?? null) },
    })),
    pagination: { total, limit, offset, has_more: offset + limit < total },
    strategy,
  });
}

/** A 503 has the code of what does not answer. */
async function orCode<Value>(code: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ServingError) || error.status !== 503) throw error;
    throw new ServingError(503, { message: error.detail, error_code: code }, error.headers);
  }
}

/** The service answers a page's OPTIONS with a text. */
function preflight(c: Context<ServingContext>): Response {
  const { headers } = preflightByKey("GET")(c);
  headers.set("Content-Type", "text/plain; charset=utf-8");
  return new Response("OK", { headers });
}

function unknownUser(userId: string): ServingError {
  const message = `User ${userId} not found in recommendation system`;
  return new ServingError(404, { message, error_code: "USER_NOT_FOUND", user_id: userId });
}

function notAllowed(allow: string): Response {
  return jsonAnswer({ detail: "Method Not Allowed" }, 405, { Allow: allow });
}
