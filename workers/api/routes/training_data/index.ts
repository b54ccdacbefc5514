import { previewRows } from "#services/files/data-files.ts";
import { trainingDataFiles } from "#services/resources/training-data.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toTrainingDataResponse } from "./training-data-response.ts";

export function trainingDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  dataFileRoutes(endpoint, deps, {
    kind: "training_data",
    resource: trainingDataFiles,
    toResponse: deps.dialect.shown("training_data", toTrainingDataResponse),
  });
  endpoint("/training_data/:id/preview", {
    GET: rowHandler(deps.db, trainingDataFiles, async (c, row) => {
      const plan = deps.dialect.files.preview(row, c.req.query("n_rows"));
      if ("refusal" in plan) return c.json([plan.refusal], 400);
      return c.json(await previewRows(deps, row, plan.rowCount));
    }),
  });
}
