import type { RetrainingRunResponse } from "#contract/retraining.ts";
import {
  type RetrainingRunRow,
  retrainingRunCodec,
  retrainingRuns,
} from "#services/resources/retraining-run.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toRetrainingRunResponse: (row: RetrainingRunRow) => RetrainingRunResponse = retrainingRunCodec.show;

export function retrainingRunRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { dialect } = deps;
  resourceRoutes(endpoint, deps.db, {
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
