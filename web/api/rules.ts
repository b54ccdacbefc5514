import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type { Page } from "#contract/primitives.ts";
import type {
  ruleImpactRequest,
  ruleImpactResponse,
  rulePreviewRequest,
  rulePreviewResponse,
  SavedRuleResponse,
  savedRuleRequest,
  savedRuleResponse,
} from "#contract/saved-rule.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

/** A project has no more. */
const MANY = 100;

export const rulesKey = (projectId: number) => [...projectKey(projectId), "rules"] as const;

export const ruleListQuery = (projectId: number) =>
  queryOptions({
    queryKey: rulesKey(projectId),
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof savedRuleResponse>>>("saved_rule/", {
        query: { project: projectId, page_size: MANY },
        signal,
      }),
  });

export type RuleBody = z.input<typeof savedRuleRequest>;

/** @param ruleId Null for a new rule. */
export function saveRule(ruleId: number | null, body: RuleBody): Promise<SavedRuleResponse> {
  return ruleId === null
    ? request<Answer<typeof savedRuleResponse>>("saved_rule/", { method: "POST", body })
    : request<Answer<typeof savedRuleResponse>>(`saved_rule/${ruleId}/`, { method: "PATCH", body });
}

export function switchRule(ruleId: number, isEnabled: boolean): Promise<void> {
  return command(`saved_rule/${ruleId}/`, { method: "PATCH", body: { is_enabled: isEnabled } });
}

export function deleteRule(ruleId: number): Promise<void> {
  return command(`saved_rule/${ruleId}/`, { method: "DELETE" });
}

/** A person's list with a rule and without it. */
export function previewRule(projectId: number, body: z.input<typeof rulePreviewRequest>) {
  return request<Answer<typeof rulePreviewResponse>>(`project/${projectId}/rule_preview/`, {
    method: "POST",
    body,
  });
}

/** Whose lists a rule changes, of people drawn from the training data. */
export function countRuleImpact(projectId: number, body: z.input<typeof ruleImpactRequest>) {
  return request<Answer<typeof ruleImpactResponse>>(`project/${projectId}/rule_impact/`, {
    method: "POST",
    body,
  });
}
