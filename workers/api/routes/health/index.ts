import { describeError } from "#platform/json-logger.ts";
import { AppError } from "#services/app-error.ts";
import { readHealth } from "#services/usage/health.ts";
import type { Api } from "../../middleware/context.ts";
import type { RouteDeps } from "../route-deps.ts";

const METHODS = "GET, HEAD, OPTIONS";

/** `GET /health`, for monitors: 200 while the database answers, 503 otherwise. It needs no login, so it says nothing of tenants. */
export function healthRoutes(app: Api, deps: RouteDeps): void {
  app.all("/health", async (c) => {
    c.header("Allow", METHODS);
    if (c.req.method === "OPTIONS") return c.body(null, 204);
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      throw new AppError("method_not_allowed", `Method "${c.req.method}" not allowed.`, {
        headers: { Allow: METHODS },
      });
    }
    const failed = (check: string, error: unknown) =>
      deps.logger.error("unhealthy", { check, error: describeError(error) });
    const health = await readHealth({ ...deps, failed });
    return c.json(health, health.status === "unhealthy" ? 503 : 200);
  });
}
