import { savedRuleRequest } from "#contract/saved-rule.ts";
import { savedRuleCodec, savedRules } from "#services/resources/saved-rule.ts";
import { createSavedRule, deleteSavedRule, updateSavedRule } from "#services/rules/saved-rules.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

export function savedRuleRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: savedRules,
    toResponse: savedRuleCodec.show,
    schema: savedRuleRequest,
    create: (viewer, body) => createSavedRule(deps, viewer, body),
    update: (_viewer, row, changes) => updateSavedRule(deps, row, changes),
    remove: (_viewer, row) => deleteSavedRule(deps, row),
  });
}
