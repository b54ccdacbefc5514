import { type SplitConfigResponse, splitConfigRequest } from "#contract/study-config.ts";
import { type SplitConfigRow, splitConfigCodec, splitConfigs } from "#services/resources/split-config.ts";
import { createSplitConfig, deleteSplitConfig, updateSplitConfig } from "#services/tuning/study-configs.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toSplitConfigResponse: (row: SplitConfigRow) => SplitConfigResponse = splitConfigCodec.show;

export function splitConfigRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: splitConfigs,
    toResponse: deps.dialect.shown("split_config", toSplitConfigResponse),
    schema: splitConfigRequest,
    create: (viewer, body) => createSplitConfig(deps, viewer, body),
    update: (viewer, row, changes) => updateSplitConfig(deps, viewer, row, changes),
    remove: (viewer, row) => deleteSplitConfig(deps, viewer, row),
  });
}
