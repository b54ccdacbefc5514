import { listOverlapQuery, modelEvaluationRequest } from "#contract/model-comparison.ts";
import { comparedIds, compareModels } from "#services/measurements/model-comparison.ts";
import { overlapOfLists } from "#services/models/list-overlap.ts";
import { trainedModels } from "#services/resources/trained-model.ts";
import { evaluateModel } from "#services/tuning/model-evaluation.ts";
import { parseBody, parseQuery } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { roomFor } from "../quota-room.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

/** Register it before the routes with an id, which would read `compare` as an id. */
export function modelComparisonRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  endpoint("/trained_model/compare", {
    GET: async (c) =>
      c.json(await compareModels(deps, c.var.caller.viewer, comparedIds(c.req.query("ids") ?? ""))),
  });
  endpoint(
    "/trained_model/compare_lists",
    {
      GET: async (c) => {
        const query = parseQuery(c.req.query(), listOverlapQuery);
        return c.json(await overlapOfLists(deps, c.var.caller.viewer, query));
      },
    },
    { rate: "recommendation" },
  );
  endpoint("/trained_model/:id/evaluate", {
    POST: rowHandler(deps.db, trainedModels, async (c, row, viewer) => {
      const request = await parseBody(c, modelEvaluationRequest);
      const job = await evaluateModel(deps, viewer, row, { ...request, room: roomFor(deps, viewer, "jobs") });
      return c.json({ tuning_job: job.id }, 202);
    }),
  });
}
