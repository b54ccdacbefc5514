import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./context.ts";

/** Answers of the API are data: they may not run, be framed, be sniffed or be cached. */
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
    // `c.header` makes another Response each time; one new Response is enough to change its headers.
    c.header("Cache-Control", c.res.headers.get("Cache-Control") ?? "no-store");
    const { headers } = c.res;
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    if (new URL(c.req.url).protocol === "https:") {
      headers.set("Strict-Transport-Security", `max-age=${ONE_YEAR_S}; includeSubDomains`);
    }
  };
}
