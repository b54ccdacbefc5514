import { projectSummary } from "#services/projects/projects.ts";
import { type Endpoint, idParam } from "../../middleware/endpoint.ts";
import type { RouteDeps } from "../route-deps.ts";

export function projectSummaryRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  endpoint("/project_summary/:id{[0-9]+}", {
    GET: async (c) => c.json(await projectSummary(deps, c.var.caller.viewer, idParam(c))),
  });
}
