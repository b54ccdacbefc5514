import { type Context, Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import type { ServingRouteName } from "#contract/serving-routes.ts";
import { callIdsOf } from "#platform/call-ids.ts";
import type { EventShards } from "./events/event-shards.ts";
import type { GorseDeps } from "./gorse/gorse-call.ts";
import { addGorseRoutes } from "./gorse/gorse-routes.ts";
import { addFixedHeaders, jsonAnswer } from "./http/answer.ts";
import { ServingError } from "./http/errors.ts";
import { Timing } from "./http/timing.ts";
import type { Items } from "./items/items.ts";
import { addKpopRoutes } from "./kpop/kpop-routes.ts";
import type { KpopStateDeps } from "./kpop/kpop-state.ts";
import type { RequestMeter } from "./metering/request-meter.ts";
import { batchRoute } from "./routes/batch.ts";
import { noteKey } from "./routes/caller-of.ts";
import { eventsRoute } from "./routes/events.ts";
import { healthOf } from "./routes/health.ts";
import { itemRoutes } from "./routes/items.ts";
import { popularRoute, trendingRoute } from "./routes/popular.ts";
import { predictRoute } from "./routes/predict.ts";
import { type ModelListDeps, predictModelRoutes } from "./routes/predict-model.ts";
import { recommendRoute } from "./routes/recommend.ts";
import { recommendationsRoute } from "./routes/recommendations.ts";
import { addRoutes, type RouteHandlers } from "./routes/route.ts";
import { similarRoute } from "./routes/similar.ts";
import { userTokensRoute } from "./routes/user-tokens.ts";
import { userRoutes } from "./routes/users.ts";
import { KeyLimitReached } from "./serving/key-limits.ts";
import { type LoggedIds, loggedIdsOf } from "./serving/logged-ids.ts";
import type { Serving } from "./serving/serving.ts";
import type { ServingContext } from "./serving/serving-context.ts";
import type { Users } from "./users/users.ts";

export interface AppDeps extends ModelListDeps {
  readonly serving: Serving;
  readonly shards: EventShards;
  readonly items: Items;
  readonly users: Users;
  /** What Gorse's clients need beside these. */
  readonly gorse: Pick<GorseDeps, "feedback" | "events" | "shelf" | "written">;
  /** How many people there are. */
  readonly people: KpopStateDeps["people"];
  /** Models in this isolate's memory. */
  readonly loadedModels: () => number;
  readonly meter: Pick<RequestMeter, "call">;
  readonly now: () => number;
  /** @param ids Of the request that failed. */
  readonly logError: (event: string, error: unknown, ids?: LoggedIds) => void;
}

/** Counts a call whose key was accepted. */
function noteCall({ meter, now }: AppDeps, c: Context<ServingContext>, startedAt: number): void {
  const { metered, projectId, route } = c.var;
  const { keyId, slots, popular, events } = metered;
  if (keyId === null || projectId === undefined || route === undefined) return;
  const { status } = c.res;
  meter.call({ projectId, keyId, route, status, ms: now() - startedAt, slots, popular, events });
}

/** The HTTP face of serving. Every answer carries its request id and how long it took. */
export function createApp(deps: AppDeps): Hono<ServingContext> {
  // The default router compiles all addresses at the first request of an isolate, which takes longer than the answer.
  const app = new Hono<ServingContext>({ router: new TrieRouter() });
  app.use(async (c, next) => {
    const timing = new Timing(deps.now);
    const given = { request: c.req.header("X-Request-ID"), correlation: c.req.header("X-Correlation-ID") };
    const { requestId, correlationId } = callIdsOf(given, deps.newRequestId);
    c.set("serving", deps.serving);
    c.set("requestId", requestId);
    c.set("correlationId", correlationId);
    c.set("timing", timing);
    c.set("metered", { keyId: null, slots: [], popular: 0, events: 0 });
    const startedAt = deps.now();
    await next();
    noteCall(deps, c, startedAt);
    // Not by `c.header`, which makes another Response for each header once there is a response.
    const { headers } = c.res;
    headers.set("X-Request-ID", requestId);
    headers.set("X-Correlation-ID", correlationId);
    headers.set("Server-Timing", timing.header());
    addFixedHeaders(headers);
  });
  const handlers: Readonly<Record<ServingRouteName, RouteHandlers>> = {
    predict: predictRoute,
    ...predictModelRoutes(deps),
    health: { handle: healthOf(deps.loadedModels) },
    recommendations: recommendationsRoute,
    events: eventsRoute(deps),
    recommend: recommendRoute,
    similar: similarRoute,
    batch: batchRoute,
    popular: popularRoute,
    trending: trendingRoute,
    userTokens: userTokensRoute(deps.now),
    ...itemRoutes(deps.items),
    ...userRoutes(deps.users),
  };
  addRoutes(app, handlers);
  addKpopRoutes(app, { ...deps, shelf: deps.gorse.shelf });
  addGorseRoutes(app, { ...deps, ...deps.gorse });
  app.notFound(() => jsonAnswer({ detail: "Not Found" }, 404));
  app.onError((error, c) => {
    if (error instanceof KeyLimitReached) noteKey(c, error.key);
    if (error instanceof ServingError) {
      return jsonAnswer({ detail: error.detail }, error.status, error.headers);
    }
    deps.logError("unhandled", error, loggedIdsOf(c));
    return jsonAnswer({ detail: "Internal Server Error" }, 500);
  });
  return app;
}
