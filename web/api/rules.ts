import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import { pageOf } from "#contract/primitives.ts";
import {
  type rulePreviewRequest,
  rulePreviewResponse,
  type SavedRuleResponse,
  type savedRuleRequest,
  savedRuleResponse,
} from "#contract/saved-rule.ts";
import { command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

/** A project has no more. */
const MANY = 100;

export const rulesKey = (projectId: number) => [...projectKey(projectId), "rules"] as const;

export const ruleListQuery = (projectId: number) =>
  queryOptions({
    queryKey: rulesKey(projectId),
    queryFn: ({ signal }) =>
      request("saved_rule/", pageOf(savedRuleResponse), {
        query: { project: projectId, page_size: MANY },
        signal,
      }),
  });

export type RuleBody = z.input<typeof savedRuleRequest>;

/** @param ruleId Null for a new rule. */
export function saveRule(ruleId: number | null, body: RuleBody): Promise<SavedRuleResponse> {
  return ruleId === null
    ? request("saved_rule/", savedRuleResponse, { method: "POST", body })
    : request(`saved_rule/${ruleId}/`, savedRuleResponse, { method: "PATCH", body });
}

export function switchRule(ruleId: number, isEnabled: boolean): Promise<void> {
  return command(`saved_rule/${ruleId}/`, { method: "PATCH", body: { is_enabled: isEnabled } });
}

export function deleteRule(ruleId: number): Promise<void> {
  return command(`saved_rule/${ruleId}/`, { method: "DELETE" });
}

/** A person's list with a rule and without it. */
export function previewRule(projectId: number, body: z.input<typeof rulePreviewRequest>) {
  return request(`project/${projectId}/rule_preview/`, rulePreviewResponse, { method: "POST", body });
}
