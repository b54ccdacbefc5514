import { type EvaluationConfigResponse, evaluationConfigRequest } from "#contract/study-config.ts";
import {
  type EvaluationConfigRow,
  evaluationConfigCodec,
  evaluationConfigs,
} from "#services/resources/evaluation-config.ts";
import {
  createEvaluationConfig,
  deleteEvaluationConfig,
  updateEvaluationConfig,
} from "#services/tuning/study-configs.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toEvaluationConfigResponse: (row: EvaluationConfigRow) => EvaluationConfigResponse =
  evaluationConfigCodec.show;

export function evaluationConfigRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: evaluationConfigs,
    toResponse: toEvaluationConfigResponse,
    schema: evaluationConfigRequest,
    create: (viewer, body) => createEvaluationConfig(deps, viewer, body),
    update: (viewer, row, changes) => updateEvaluationConfig(deps, viewer, row, changes),
    remove: (viewer, row) => deleteEvaluationConfig(deps, viewer, row),
  });
}
