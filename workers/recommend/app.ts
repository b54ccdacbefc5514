import { type Context, Hono } from "hono";
import { ServingError } from "./errors.ts";
import { crossOrigin, crossOriginByKey, preflight, preflightByKey } from "./routes/cross-origin.ts";
import { predictForProject } from "./routes/predict.ts";
import { recommendations } from "./routes/recommendations.ts";
import type { Serving } from "./serving.ts";

export interface ServingContext {
  Variables: {
    readonly serving: Serving;
    readonly requestId: string;
    /** Of the key, once it is accepted. */
    readonly projectId: number | undefined;
  };
}

export interface AppDeps {
  readonly serving: Serving;
  /** Models in this isolate's memory. */
  readonly loadedModels: () => number;
  readonly now: () => number;
  readonly newRequestId: () => string;
  readonly logError: (event: string, error: unknown) => void;
}

/** Answers are data: nothing in them may run, be framed, be sniffed or be kept by a cache. */
const HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** A caller's own request id is kept when it is harmless to log. */
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
    c.header("X-Request-ID", requestId);
    c.header("Server-Timing", `total;dur=${deps.now() - startedAt}`);
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  });
  const health = (c: Context) => c.json({ status: "healthy", loaded_models: deps.loadedModels() });
  app.get("/inference/health", health).all(notAllowed("GET, HEAD"));
  for (const path of ["/inference/predict/project/:project_id", "/inference/predict/project/:project_id/"]) {
    app.use(path, crossOrigin);
    app.post(path, predictForProject).options(preflight).all(notAllowed("POST, OPTIONS"));
  }
  const page = "/recommendations/:user_id";
  app.use(page, crossOriginByKey);
  app.get(page, recommendations).options(preflightByKey).all(notAllowed("GET, HEAD, OPTIONS"));
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

/** For methods that an address has not. */
function notAllowed(allow: string): (c: Context) => Response {
  return (c) => c.json({ detail: "Method Not Allowed" }, 405, { Allow: allow });
}
