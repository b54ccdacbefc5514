import { savedRuleRequest, savedRuleResponse } from "#contract/saved-rule.ts";
import { savedRuleCodec, savedRules } from "#services/resources/saved-rule.ts";
import { createSavedRule, deleteSavedRule, updateSavedRule } from "#services/rules/saved-rules.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const READ_ONLY = Object.keys(savedRuleResponse.shape).filter((name) => !(name in savedRuleRequest.shape));

export function savedRuleRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: savedRules,
    toResponse: savedRuleCodec.show,
    schema: savedRuleRequest,
    readOnly: READ_ONLY,
    create: (viewer, body) => createSavedRule(deps, viewer, body),
    update: (_viewer, row, changes) => updateSavedRule(deps, row, changes),
    remove: (_viewer, row) => deleteSavedRule(deps, row),
  });
}
