import { Hono } from "hono";
import { ServingError } from "./errors.ts";
import { predictForProject } from "./routes/predict.ts";
import { recommendations } from "./routes/recommendations.ts";
import type { Serving } from "./serving.ts";

export interface ServingContext {
  Variables: { readonly serving: Serving; readonly requestId: string };
}

export interface AppDeps {
  readonly serving: Serving;
  /** Models in this isolate's memory. */
  readonly loadedModels: () => number;
  readonly now: () => number;
  readonly newRequestId: () => string;
  readonly logError: (event: string, error: unknown) => void;
}

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
    c.header("Cache-Control", "no-store");
  });
  app.get("/inference/health", (c) => c.json({ status: "healthy", loaded_models: deps.loadedModels() }));
  app.post("/inference/predict/project/:project_id", predictForProject);
  app.post("/inference/predict/project/:project_id/", predictForProject);
  app.get("/recommendations/:user_id", recommendations);
  app.notFound((c) => c.json({ detail: "Not Found" }, 404));
  app.onError((error, c) => {
    if (error instanceof ServingError) return c.json({ detail: error.detail }, error.status);
    deps.logError("unhandled", error);
    return c.json({ detail: "Internal Server Error" }, 500);
  });
  return app;
}
