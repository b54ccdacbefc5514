/** Pages of other origins at AiREC's addresses. No answer here depends on a cookie of theirs: none is allowed. */
import type { MiddlewareHandler } from "hono";
import { AIREC_PREFIX } from "#contract/addresses.ts";
import type { ApiSettings } from "../env/env.ts";
import type { ApiEnv } from "../middleware/context.ts";

/** Where any page may sign in, and ask with an app's key. */
const OF_ANY_PAGE = [`/${AIREC_PREFIX}/auth/`, `/${AIREC_PREFIX}/api/recommend`];
/** Where AiREC's studio runs on a developer's machine; in an open deployment it may read projects and apps. */
const STUDIO_ORIGINS = [3000, 3001, 5173, 8000].flatMap((port) =>
  ["localhost", "127.0.0.1"].map((host) => `http://${host}:${port}`),
);
const METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";

/** Answers preflights, and lets pages read what they may. */
export function crossOrigin({ airecOpen, allowedOrigins }: ApiSettings): MiddlewareHandler<ApiEnv> {
  const known = new Set([...allowedOrigins, ...(airecOpen === null ? [] : STUDIO_ORIGINS)]);
  return async (c, next) => {
    const origin = c.req.header("origin");
    const { pathname } = new URL(c.req.url);
    const isForAll = OF_ANY_PAGE.some((place) => pathname.startsWith(place));
    const granted = isForAll ? "*" : origin !== undefined && known.has(origin) ? origin : null;
    const isPreflight =
      c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
    if (isPreflight && granted !== null) {
      const headers = c.req.header("access-control-request-headers") ?? "content-type";
      return c.body(null, 204, {
        "Access-Control-Allow-Origin": granted,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": headers,
        Vary: "Origin, Access-Control-Request-Headers",
      });
    }
    await next();
    if (granted === null || origin === undefined) return;
    c.res.headers.set("Access-Control-Allow-Origin", granted);
    c.res.headers.append("Vary", "Origin");
  };
}
