import type { DeploymentSlotResponse } from "#contract/deployment-slot.ts";
import { type DeploymentSlotRow, deploymentSlots } from "#services/resources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime } from "../iso-time.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toDeploymentSlotResponse(row: DeploymentSlotRow): DeploymentSlotResponse {
  return {
    id: row.id,
    project: row.projectId,
    name: row.name,
    trained_model: row.modelId,
    weight: row.weight,
    is_active: row.isActive,
    ins_datetime: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}

export function deploymentSlotRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    path: "deployment_slot",
    resource: deploymentSlots,
    toResponse: toDeploymentSlotResponse,
  });
}
