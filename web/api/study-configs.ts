import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import {
  type evaluationConfigRequest,
  evaluationConfigResponse,
  type splitConfigRequest,
  splitConfigResponse,
} from "#contract/study-config.ts";
import { request } from "./client.ts";

export function getSplitConfig(splitId: number, signal?: AbortSignal) {
  return request(`split_config/${splitId}/`, splitConfigResponse, { signal });
}

export function getEvaluationConfig(evaluationId: number, signal?: AbortSignal) {
  return request(`evaluation_config/${evaluationId}/`, evaluationConfigResponse, { signal });
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
  return request("split_config/", splitConfigResponse, { method: "POST", body });
}

export function createEvaluationConfig(body: z.input<typeof evaluationConfigRequest>) {
  return request("evaluation_config/", evaluationConfigResponse, { method: "POST", body });
}
