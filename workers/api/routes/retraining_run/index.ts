import type { RetrainingRunResponse } from "#contract/retraining.ts";
import { type RetrainingRunRow, retrainingRuns } from "#services/resources/resources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toRetrainingRunResponse(row: RetrainingRunRow): RetrainingRunResponse {
  return {
    id: row.id,
    schedule: row.scheduleId,
    status: row.status,
    trained_model: row.modelId,
    tuning_job: row.tuningJobId,
    error_message: row.errorMessage,
    ins_datetime: isoTime(row.createdAt),
    completed_at: isoTimeOrNull(row.completedAt),
    data_rows_at_trigger: row.rowsAtTrigger,
    trigger: row.trigger,
    attempts: row.attempts,
    deployment: row.deployment,
  };
}

export function retrainingRunRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { dialect } = deps;
  resourceRoutes(endpoint, deps.db, {
    path: "retraining_run",
    resource: retrainingRuns,
    toResponse: dialect.shown("retraining_run", (row: RetrainingRunRow) => {
      const shown = toRetrainingRunResponse(row);
      return {
        ...shown,
        error_message: dialect.failureText(shown.error_message),
        tuning_job: dialect.retraining.shownJob(row),
      };
    }),
  });
}
