import { type ModelConfigurationResponse, modelConfigurationRequest } from "#contract/model.ts";
import {
  createModelConfiguration,
  deleteModelConfiguration,
  updateModelConfiguration,
} from "#services/models/model-configurations.ts";
import { type ModelConfigurationRow, modelConfigurations } from "#services/resources/resources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime } from "../iso-time.ts";
import { removalAnswer, removalOptions } from "../removal.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toModelConfigurationResponse(row: ModelConfigurationRow): ModelConfigurationResponse {
  return {
    id: row.id,
    tuning_job: row.tuningJobId,
    name: row.name,
    project: row.projectId,
    recommender_class_name: row.recommenderClassName,
    parameters_json: row.parameters,
    ins_datetime: isoTime(row.createdAt),
  };
}

export function modelConfigurationRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const writing = () => ({ ...deps, wantsClassNames: deps.dialect.models.wantsClassNames });
  resourceRoutes(endpoint, deps.db, {
    path: "model_configuration",
    resource: modelConfigurations,
    toResponse: toModelConfigurationResponse,
    schema: modelConfigurationRequest,
    create: (viewer, body) => createModelConfiguration(writing(), viewer, body),
    update: (viewer, row, changes) => updateModelConfiguration(writing(), viewer, row, changes),
    remove: (_viewer, row, c) =>
      removalAnswer(deps.dialect, c, deleteModelConfiguration(deps, row, removalOptions(deps.dialect, c))),
  });
}
