import { Hono } from "hono";
import { SERVING_ROUTES, type ServingRouteName } from "#contract/serving-routes.ts";
import { ServingError } from "./errors.ts";
import { healthOf } from "./routes/health.ts";
import { predictRoute } from "./routes/predict.ts";
import { recommendationsRoute } from "./routes/recommendations.ts";
import { addRoute, type RouteHandlers } from "./routes/route.ts";
import type { Serving } from "./serving.ts";
import type { ServingContext } from "./serving-context.ts";

export interface AppDeps {
  readonly serving: Serving;
  /** Models in this isolate's memory. */
  readonly loadedModels: () => number;
  readonly now: () => number;
  readonly newRequestId: () => string;
  readonly logError: (event: string, error: unknown) => void;
}

/** Answers are data: they may not run, be framed, be sniffed or be cached. */
const FIXED_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["Cache-Control", "no-store"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
];

/** Keeps a caller's own request id if it is harmless to log. */
const REQUEST_ID_FORM = /^[\w.:-]{1,128}$/;

/** The HTTP face of serving. Every answer carries its request id and how long it took. */
export function createApp(deps: AppDeps): Hono<ServingContext> {
  const app = new Hono<ServingContext>();
  app.use(async (c, next) => {
    const startedAt = deps.now();
    const given = c.req.header("X-Request-ID");
    const requestId = given && REQUEST_ID_FORM.test(given) ? given : deps.newRequestId();
    c.set("serving", deps.serving);
    c.set("requestId", requestId);
    await next();
    // Not by `c.header`, which makes another Response for each header once there is a response.
    const { headers } = c.res;
    headers.set("X-Request-ID", requestId);
    headers.set("Server-Timing", `total;dur=${deps.now() - startedAt}`);
    for (const [name, value] of FIXED_HEADERS) headers.set(name, value);
  });
  const handlers: Readonly<Record<ServingRouteName, RouteHandlers>> = {
    predict: predictRoute,
    health: { handle: healthOf(deps.loadedModels) },
    recommendations: recommendationsRoute,
  };
  for (const [name, route] of Object.entries(handlers)) {
    addRoute(app, SERVING_ROUTES[name as ServingRouteName], route);
  }
  app.notFound((c) => c.json({ detail: "Not Found" }, 404));
  app.onError((error, c) => {
    if (error instanceof ServingError) {
      return c.json({ detail: error.detail }, error.status, error.headers);
    }
    deps.logError("unhandled", error);
    return c.json({ detail: "Internal Server Error" }, 500);
  });
  return app;
}
