import type { MiddlewareHandler } from "hono";
import type { Clock } from "#platform/clock.ts";
import { toHex } from "#platform/encoding.ts";
import type { Logger } from "#platform/json-logger.ts";
import type { RandomBytes } from "#platform/random.ts";
import type { ApiEnv } from "./context.ts";

interface Deps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly randomBytes: RandomBytes;
}

/** A caller's own id is kept, so that a request can be followed through several systems; an odd one is replaced. */
const USABLE_ID = /^[\w.:-]{1,128}$/;

/** Gives each request an id and one log line: path without query, which may hold a token. */
export function requestLog({ clock, logger, randomBytes }: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header("x-request-id") ?? "";
    const requestId = USABLE_ID.test(given) ? given : toHex(randomBytes(16));
    c.set("requestId", requestId);
    const startedAt = clock();
    await next();
    if (c.res.webSocket === null || c.res.webSocket === undefined) c.header("X-Request-ID", requestId);
    logger.info("request", {
      request_id: requestId,
      method: c.req.method,
      path: new URL(c.req.url).pathname,
      status: c.res.status,
      ms: clock() - startedAt,
    });
  };
}
