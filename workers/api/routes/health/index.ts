import { sql } from "drizzle-orm";
import type { Health } from "#contract/health.ts";
import { describeError } from "#platform/json-logger.ts";
import { AppError } from "#services/app-error.ts";
import type { Api } from "../../middleware/context.ts";
import type { RouteDeps } from "../route-deps.ts";

const METHODS = "GET, HEAD, OPTIONS";

/** `GET /health`, for monitors: 200 while the database answers, 503 otherwise. It needs no login, so it says nothing else. */
export function healthRoutes(app: Api, deps: RouteDeps): void {
  app.all("/health", async (c) => {
    c.header("Allow", METHODS);
    if (c.req.method === "OPTIONS") return c.body(null, 204);
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      throw new AppError("method_not_allowed", `Method "${c.req.method}" not allowed.`, {
        headers: { Allow: METHODS },
      });
    }
    const health = await healthOf(deps);
    return c.json(health, health.status === "healthy" ? 200 : 503);
  });
}

async function healthOf({ db, logger }: RouteDeps): Promise<Health> {
  try {
    await db.run(sql`select 1`);
    return { status: "healthy", checks: { database: "ok" } };
  } catch (error) {
    logger.error("unhealthy", { error: describeError(error) });
    return { status: "unhealthy", checks: { database: "failed" } };
  }
}
