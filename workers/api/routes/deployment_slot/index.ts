import {
  deploymentCheckQuery,
  deployRequest,
  rollBackRequest,
  type ServingResponse,
} from "#contract/deployment.ts";
import { type DeploymentSlotResponse, deploymentSlotRequest } from "#contract/deployment-slot.ts";
import {
  type DeploymentSlotRow,
  deploymentSlotCodec,
  deploymentSlots,
} from "#services/resources/deployment-slot.ts";
import { projects } from "#services/resources/project.ts";
import { slotPeriodCodec, slotPeriods } from "#services/resources/slot-period.ts";
import { trainedModels } from "#services/resources/trained-model.ts";
import { checkDeployment } from "#services/serving/check-deployment.ts";
import { deployModel, rollBackSlot } from "#services/serving/live-version.ts";
import { type ServableModel, type ServedSlot, servedSlots } from "#services/serving/served-slots.ts";
import { createSlot, deleteSlot, updateSlot } from "#services/slots/deployment-slots.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody, parseQuery } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toDeploymentSlotResponse: (row: DeploymentSlotRow) => DeploymentSlotResponse = deploymentSlotCodec.show;

export function deploymentSlotRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const shown = deps.dialect.shown("deployment_slot", toDeploymentSlotResponse);
  const slotDeps = { ...deps, slotNamesRepeat: deps.dialect.slotNamesRepeat };
  resourceRoutes(endpoint, deps.db, {
    resource: deploymentSlots,
    toResponse: shown,
    schema: deploymentSlotRequest,
    create: (viewer, body) => createSlot(slotDeps, viewer, body),
    update: (viewer, row, changes) => updateSlot(slotDeps, viewer, row, changes),
    remove: (_viewer, row) => deleteSlot(deps, row),
  });
  resourceRoutes(endpoint, deps.db, { resource: slotPeriods, toResponse: slotPeriodCodec.show });
  endpoint("/trained_model/:id/deploy", {
    POST: rowHandler(deps.db, trainedModels, async (c, row) => {
      const { reason: why } = await parseBody(c, deployRequest);
      const { slot, reason } = await deployModel(deps, row, why);
      noteSubject(c, row, { reason });
      return c.json(shown(slot));
    }),
  });
  endpoint("/trained_model/:id/deployment_check", {
    GET: rowHandler(deps.db, trainedModels, async (c, row) => {
      const { slot } = parseQuery(c.req.query(), deploymentCheckQuery);
      return c.json(await checkDeployment(deps.db, row, slot));
    }),
  });
  endpoint("/deployment_slot/:id/roll_back", {
    POST: rowHandler(deps.db, deploymentSlots, async (c, row) => {
      const { slot, reason } = await rollBackSlot(deps, row, await parseBody(c, rollBackRequest));
      noteSubject(c, row, { reason });
      return c.json(shown(slot));
    }),
  });
  endpoint("/project/:id/serving", {
    GET: rowHandler(deps.db, projects, async (c, row) =>
      c.json(toServingResponse(await servedSlots(deps.db, row.id))),
    ),
  });
}

function toServingResponse(slots: readonly ServedSlot[]): ServingResponse {
  const named = (model: ServableModel) => ({ id: model.id, version: model.version });
  return {
    slots: slots.map(({ id, name, weight, isDefault, model, fallback, previous, isDeployed }) => ({
      id,
      name,
      weight,
      is_default: isDefault,
      model: named(model),
      fallback: fallback && named(fallback),
      rolls_back_to: previous && isDeployed ? named(previous) : null,
      is_deployed: isDeployed,
    })),
  };
}
