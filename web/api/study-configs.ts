import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import {
  type evaluationConfigRequest,
  evaluationConfigResponse,
  type splitConfigRequest,
  splitConfigResponse,
} from "#contract/study-config.ts";
import { request } from "./client.ts";

export const splitConfigQuery = (splitId: number) =>
  queryOptions({
    queryKey: ["split", splitId],
    queryFn: ({ signal }) => request(`split_config/${splitId}/`, splitConfigResponse, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const evaluationConfigQuery = (evaluationId: number) =>
  queryOptions({
    queryKey: ["evaluation", evaluationId],
    queryFn: ({ signal }) =>
      request(`evaluation_config/${evaluationId}/`, evaluationConfigResponse, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function createSplitConfig(body: z.input<typeof splitConfigRequest>) {
  return request("split_config/", splitConfigResponse, { method: "POST", body });
}

export function createEvaluationConfig(body: z.input<typeof evaluationConfigRequest>) {
  return request("evaluation_config/", evaluationConfigResponse, { method: "POST", body });
}
