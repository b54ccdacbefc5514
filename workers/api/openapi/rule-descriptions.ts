import { savedRuleRequest, savedRuleResponse } from "#contract/saved-rule.ts";
import { savedRules } from "#services/resources/saved-rule.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const RULES: Descriptions = describeResource({
  resource: savedRules,
  answer: savedRuleResponse,
  body: savedRuleRequest,
  methods: ["create", "update", "delete"],
});
