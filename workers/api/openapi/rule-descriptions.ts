import {
  ruleImpactRequest,
  ruleImpactResponse,
  rulePreviewRequest,
  rulePreviewResponse,
  savedRuleRequest,
  savedRuleResponse,
} from "#contract/saved-rule.ts";
import { savedRules } from "#services/resources/saved-rule.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const RULES: Descriptions = {
  ...describeResource({
    resource: savedRules,
    answer: savedRuleResponse,
    body: savedRuleRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /project/:id/rule_preview": {
    summary: "Make a person's list with a rule and without it; nothing is stored",
    body: rulePreviewRequest,
    answer: rulePreviewResponse,
  },
  "POST /project/:id/rule_impact": {
    summary: "Count whose lists a rule changes among people drawn from the training data; nothing is stored",
    body: ruleImpactRequest,
    answer: ruleImpactResponse,
  },
};
