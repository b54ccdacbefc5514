import { type ModelConfigurationResponse, modelConfigurationRequest } from "#contract/model.ts";
import {
  createModelConfiguration,
  deleteModelConfiguration,
  updateModelConfiguration,
} from "#services/models/model-configurations.ts";
import {
  type ModelConfigurationRow,
  modelConfigurationCodec,
  modelConfigurations,
} from "#services/resources/model-configuration.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { removalAnswer, removalOptions } from "../removal.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toModelConfigurationResponse: (row: ModelConfigurationRow) => ModelConfigurationResponse =
  modelConfigurationCodec.show;

export function modelConfigurationRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const writing = () => ({ ...deps, wantsClassNames: deps.dialect.models.wantsClassNames });
  resourceRoutes(endpoint, deps.db, {
    resource: modelConfigurations,
    toResponse: toModelConfigurationResponse,
    schema: modelConfigurationRequest,
    create: (viewer, body) => createModelConfiguration(writing(), viewer, body),
    update: (viewer, row, changes) => updateModelConfiguration(writing(), viewer, row, changes),
    remove: (_viewer, row, c) =>
      removalAnswer(deps.dialect, c, deleteModelConfiguration(deps, row, removalOptions(deps.dialect, c))),
  });
}
