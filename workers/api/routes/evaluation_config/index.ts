import { type EvaluationConfigResponse, evaluationConfigRequest } from "#contract/study-config.ts";
import { type EvaluationConfigRow, evaluationConfigs } from "#services/resources/resources.ts";
import {
  createEvaluationConfig,
  deleteEvaluationConfig,
  updateEvaluationConfig,
} from "#services/tuning/study-configs.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime } from "../iso-time.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toEvaluationConfigResponse(row: EvaluationConfigRow): EvaluationConfigResponse {
  return {
    id: row.id,
    name: row.name,
    cutoff: row.cutoff,
    created_by: row.createdBy,
    target_metric: row.targetMetric,
    ins_datetime: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}

export function evaluationConfigRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    path: "evaluation_config",
    resource: evaluationConfigs,
    toResponse: toEvaluationConfigResponse,
    schema: evaluationConfigRequest,
    create: (viewer, body) => createEvaluationConfig(deps, viewer, body),
    update: (viewer, row, changes) => updateEvaluationConfig(deps, viewer, row, changes),
    remove: (viewer, row) => deleteEvaluationConfig(deps, viewer, row),
  });
}
