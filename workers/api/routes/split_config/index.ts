import { type SplitConfigResponse, splitConfigRequest } from "#contract/study-config.ts";
import { type SplitConfigRow, splitConfigs } from "#services/resources/resources.ts";
import { createSplitConfig, deleteSplitConfig, updateSplitConfig } from "#services/tuning/study-configs.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime } from "../iso-time.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toSplitConfigResponse(row: SplitConfigRow): SplitConfigResponse {
  return {
    id: row.id,
    name: row.name,
    created_by: row.createdBy,
    scheme: row.scheme,
    heldout_ratio: row.heldoutRatio,
    n_heldout: row.nHeldout,
    test_user_ratio: row.testUserRatio,
    n_test_users: row.nTestUsers,
    random_seed: row.randomSeed,
    ins_datetime: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}

export function splitConfigRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    path: "split_config",
    resource: splitConfigs,
    toResponse: toSplitConfigResponse,
    schema: splitConfigRequest,
    create: (viewer, body) => createSplitConfig(deps, viewer, body),
    update: (viewer, row, changes) => updateSplitConfig(deps, viewer, row, changes),
    remove: (viewer, row) => deleteSplitConfig(deps, viewer, row),
  });
}
