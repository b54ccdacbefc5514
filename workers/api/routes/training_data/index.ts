import { formatOfName } from "#contract/file-name.ts";
import { parseFailureText } from "#contract/ingestion.ts";
import { wholeNumberOf } from "#contract/query-number.ts";
import { DEFAULT_PREVIEW_ROWS, MAX_PREVIEW_ROWS } from "#contract/training-data.ts";
import { AppError } from "#services/app-error.ts";
import { previewRows } from "#services/files/data-files.ts";
import { type TrainingDataRow, trainingDataFiles } from "#services/resources/resources.ts";
import type { ApiContext } from "../../middleware/context.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { styled } from "../answer-style.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import { withStoredName } from "../exact-files.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toTrainingDataResponse } from "./training-data-response.ts";

/** The original has no limit here; a page of this many is one no longer. */
const MAX_EXACT_PREVIEW_ROWS = 10_000;

function parseRowCount(c: ApiContext): number {
  const text = c.req.query("n_rows") || String(DEFAULT_PREVIEW_ROWS);
  const count = wholeNumberOf(text);
  if (count === null || count < 0) {
    throw new AppError("bad_request", "n_rows must be an integer of at least 0.");
  }
  return Math.min(count, MAX_PREVIEW_ROWS);
}

/** As the original previews: all of a column-oriented file, and fewer rows than none as a file that cannot be read. */
async function exactPreview(deps: RouteDeps, c: ApiContext, row: TrainingDataRow): Promise<Response> {
  const { suffix } = formatOfName(row.basename);
  if (suffix === ".json") return c.json(await previewRows(deps, row, MAX_EXACT_PREVIEW_ROWS));
  if (!/^-\d+$/.test(c.req.query("n_rows") ?? ""))
    return c.json(await previewRows(deps, row, parseRowCount(c)));
  const token = row.fileKey?.split("/").at(-1) ?? "";
  return c.json([withStoredName(parseFailureText(row.basename, suffix), token)], 400);
}

export function trainingDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  dataFileRoutes(endpoint, deps, {
    kind: "training_data",
    resource: trainingDataFiles,
    toResponse: styled(deps.settings, "training_data", toTrainingDataResponse),
  });
  endpoint("/training_data/:id/preview", {
    GET: rowHandler(deps.db, trainingDataFiles, async (c, row) =>
      deps.settings.exactRecotem
        ? exactPreview(deps, c, row)
        : c.json(await previewRows(deps, row, parseRowCount(c))),
    ),
  });
}
