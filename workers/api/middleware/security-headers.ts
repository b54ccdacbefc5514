import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./context.ts";

/** Answers of the API are data: nothing in them may run, be framed, be sniffed or be kept by a cache. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cross-Origin-Resource-Policy": "same-origin",
};
const ONE_YEAR_S = 31_536_000;

export function securityHeaders(): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    if (c.res.status === 101) return;
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!c.res.headers.has(name)) c.header(name, value);
    }
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
    if (new URL(c.req.url).protocol === "https:") {
      c.header("Strict-Transport-Security", `max-age=${ONE_YEAR_S}; includeSubDomains`);
    }
  };
}
