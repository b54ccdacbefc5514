import {
  ruleImpactRequest,
  rulePreviewRequest,
  savedRuleRequest,
  savedRuleResponse,
} from "#contract/saved-rule.ts";
import { getRow } from "#services/resources/listing.ts";
import { projects } from "#services/resources/project.ts";
import { savedRuleCodec, savedRules } from "#services/resources/saved-rule.ts";
import { previewRule } from "#services/rules/preview-rule.ts";
import { impactOfRule } from "#services/rules/rule-impact.ts";
import { createSavedRule, deleteSavedRule, updateSavedRule } from "#services/rules/saved-rules.ts";
import { parseBody } from "../../middleware/body.ts";
import { type Endpoint, idParam } from "../../middleware/endpoint.ts";
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
  endpoint(
    "/project/:id/rule_preview",
    {
      // It changes nothing, so it leaves no entry in the audit log.
      POST: async (c) => {
        const row = await getRow(deps.db, projects, c.var.caller.viewer, idParam(c));
        return c.json(await previewRule(deps, row.id, await parseBody(c, rulePreviewRequest)));
      },
    },
    { rate: "recommendation", role: "viewer" },
  );
  endpoint(
    "/project/:id/rule_impact",
    {
      POST: async (c) => {
        const row = await getRow(deps.db, projects, c.var.caller.viewer, idParam(c));
        return c.json(await impactOfRule(deps, row.id, await parseBody(c, ruleImpactRequest)));
      },
    },
    { rate: "recommendation", role: "viewer" },
  );
}
