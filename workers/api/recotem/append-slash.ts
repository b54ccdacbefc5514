import { createMiddleware } from "hono/factory";
import type { ApiEnv } from "../middleware/context.ts";

/** Redirects GET requests for `/api/…` to the address with its last slash, as in Recotem. */
export const appendSlash = createMiddleware<ApiEnv>(async (c, next) => {
  const { pathname, search } = new URL(c.req.url);
  const reads = c.req.method === "GET" || c.req.method === "HEAD";
  if (!reads || !pathname.startsWith("/api/") || pathname.endsWith("/")) return next();
  return c.html("", 301, { location: `${pathname}/${search}` });
});
