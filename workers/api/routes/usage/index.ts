import { projects } from "#services/resources/project.ts";
import { readEventTail } from "#services/usage/event-tail.ts";
import { metricsText } from "#services/usage/metrics-text.ts";
import { readUsage } from "#services/usage/usage.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** Usage by key, slot and day, the last events, and figures for monitors: for who may read the project. */
export function usageRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  endpoint("/project/:id/usage", {
    GET: rowHandler(deps.db, projects, async (c, { id }) => c.json(await readUsage(deps, id, c.req.query()))),
  });
  endpoint("/project/:id/events", {
    GET: rowHandler(deps.db, projects, async (c, { id }) =>
      c.json(await readEventTail(deps, id, c.req.query())),
    ),
  });
  endpoint("/project/:id/metrics", {
    GET: rowHandler(deps.db, projects, async (c, { id }) => {
      const text = metricsText(await deps.meters.samples(id));
      return c.body(text, 200, { "Content-Type": PROMETHEUS_TEXT });
    }),
  });
}
