import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type {
  evaluationConfigRequest,
  evaluationConfigResponse,
  splitConfigRequest,
  splitConfigResponse,
} from "#contract/study-config.ts";
import { type Answer, request } from "./client.ts";

export function getSplitConfig(splitId: number, signal?: AbortSignal) {
  return request<Answer<typeof splitConfigResponse>>(`split_config/${splitId}/`, { signal });
}

export function getEvaluationConfig(evaluationId: number, signal?: AbortSignal) {
  return request<Answer<typeof evaluationConfigResponse>>(`evaluation_config/${evaluationId}/`, { signal });
}

export const splitConfigQuery = (splitId: number) =>
  queryOptions({
    queryKey: ["split", splitId],
    queryFn: ({ signal }) => getSplitConfig(splitId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const evaluationConfigQuery = (evaluationId: number) =>
  queryOptions({
    queryKey: ["evaluation", evaluationId],
    queryFn: ({ signal }) => getEvaluationConfig(evaluationId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function createSplitConfig(body: z.input<typeof splitConfigRequest>) {
  return request<Answer<typeof splitConfigResponse>>("split_config/", { method: "POST", body });
}

export function createEvaluationConfig(body: z.input<typeof evaluationConfigRequest>) {
  return request<Answer<typeof evaluationConfigResponse>>("evaluation_config/", { method: "POST", body });
}
