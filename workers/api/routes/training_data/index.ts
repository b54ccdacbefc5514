import { uploadEstimateRequest } from "#contract/upload.ts";
import { previewRows } from "#services/files/data-files.ts";
import { readAgain } from "#services/files/read-again.ts";
import { estimateOfUpload } from "#services/files/upload-estimate.ts";
import { type TrainingDataRow, trainingDataFiles } from "#services/resources/training-data.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import { roomFor } from "../quota-room.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toTrainingDataResponse } from "./training-data-response.ts";

export function trainingDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const toResponse = deps.dialect.shown("training_data", toTrainingDataResponse);
  // Before the routes with an id, which would read `estimate` as an id.
  endpoint(
    "/training_data/estimate",
    {
      POST: async (c) =>
        c.json(await estimateOfUpload(deps, c.var.caller.viewer, await parseBody(c, uploadEstimateRequest))),
    },
    { role: "viewer" },
  );
  dataFileRoutes(endpoint, deps, {
    kind: "training_data",
    resource: trainingDataFiles,
    toResponse,
  });
  endpoint("/training_data/:id/read_again", {
    POST: rowHandler(deps.db, trainingDataFiles, async (c, row, viewer) => {
      const room = (bytes: number) => roomFor(deps, viewer, "storage_mb", bytes / 1e6);
      const copy = await readAgain({ ...deps, roomFor: room }, row);
      noteSubject(c, copy);
      return c.json(toResponse(copy as TrainingDataRow), 201);
    }),
  });
  endpoint("/training_data/:id/preview", {
    GET: rowHandler(deps.db, trainingDataFiles, async (c, row) => {
      const plan = deps.dialect.files.preview(row, c.req.query("n_rows"));
      if ("refusal" in plan) return c.json([plan.refusal], 400);
      return c.json(await previewRows(deps, row, plan.rowCount));
    }),
  });
}
