import type { MiddlewareHandler } from "hono";
import { callIdsOf } from "#platform/call-ids.ts";
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

/** Gives each request an id and one log line: path without query, which may hold a token. */
export function requestLog({ clock, logger, randomBytes }: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = { request: c.req.header("x-request-id"), correlation: c.req.header("x-correlation-id") };
    const { requestId, correlationId } = callIdsOf(given, () => toHex(randomBytes(16)));
    c.set("requestId", requestId);
    c.set("correlationId", correlationId);
    const startedAt = clock();
    await next();
    if (c.res.webSocket === null || c.res.webSocket === undefined) {
      c.header("X-Request-ID", requestId);
      c.header("X-Correlation-ID", correlationId);
    }
    logger.info("request", {
      request_id: requestId,
      correlation_id: correlationId,
      method: c.req.method,
      path: new URL(c.req.url).pathname,
      status: c.res.status,
      ms: clock() - startedAt,
    });
  };
}
