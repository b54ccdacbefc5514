import { type WeightReport, weightPreviewRequest } from "#contract/weight-report.ts";
import { AppError } from "#services/app-error.ts";
import { previewWeights } from "#services/files/weight-preview.ts";
import { projects } from "#services/resources/project.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const BUSY_TEXT = "Another report on weights is being made. Try again in some seconds.";

/** A report holds tens of megabytes, so an isolate makes one at a time. */
export function weightPreviewRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  let isBusy = false;
  endpoint(
    "/project/:id/interaction_weights/preview",
    {
      POST: rowHandler(deps.db, projects, async (c, row) => {
        const request = await parseBody(c, weightPreviewRequest);
        if (isBusy) throw new AppError("unavailable", BUSY_TEXT, { headers: { "Retry-After": "5" } });
        isBusy = true;
        try {
          const report: WeightReport = await previewWeights(deps, row, request);
          return c.json(report);
        } finally {
          isBusy = false;
        }
      }),
    },
    { role: "viewer" },
  );
}
