import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type {
  ExperimentResponse,
  experimentPlan,
  experimentReport,
  experimentRequest,
  experimentResponse,
} from "#contract/experiment.ts";
import type { Page } from "#contract/primitives.ts";
import type { replayResponse } from "#contract/replay.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

/** Figures of a running experiment are read again this often. */
const REPORT_POLL_MS = 30_000;
const REPLAY_POLL_MS = 1_000;

export const experimentsKey = (projectId: number) => [...projectKey(projectId), "experiments"] as const;
export const experimentKey = (experimentId: number) => ["experiment", experimentId] as const;

export const experimentListQuery = (projectId: number, page = 1) =>
  queryOptions({
    queryKey: [...experimentsKey(projectId), page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof experimentResponse>>>("experiment/", {
        query: { project: projectId, page },
        signal,
      }),
  });

export const experimentQuery = (experimentId: number) =>
  queryOptions({
    queryKey: experimentKey(experimentId),
    queryFn: ({ signal }) =>
      request<Answer<typeof experimentResponse>>(`experiment/${experimentId}/`, { signal }),
  });

/** @param isRunning Whether the figures still grow. */
export const experimentReportQuery = (experimentId: number, method: string, isRunning: boolean) =>
  queryOptions({
    queryKey: [...experimentKey(experimentId), "report", method],
    queryFn: ({ signal }) =>
      request<Answer<typeof experimentReport>>(`experiment/${experimentId}/report/`, {
        query: { method },
        signal,
      }),
    refetchInterval: isRunning ? REPORT_POLL_MS : false,
    reconcile: false as const,
  });

export const experimentPlanQuery = (experimentId: number, effect: number) =>
  queryOptions({
    queryKey: [...experimentKey(experimentId), "plan", effect],
    queryFn: ({ signal }) =>
      request<Answer<typeof experimentPlan>>(`experiment/${experimentId}/plan/`, {
        query: { effect },
        signal,
      }),
    reconcile: false as const,
  });

export type ExperimentBody = z.input<typeof experimentRequest>;

export function createExperiment(body: ExperimentBody): Promise<ExperimentResponse> {
  return request<Answer<typeof experimentResponse>>("experiment/", { method: "POST", body });
}

export type ExperimentStep = "start" | "stop" | "promote" | "roll_back";

/** @param body The slot of `promote`, and why: `promote` and `roll_back` need a reason. */
export function stepExperiment(
  experimentId: number,
  step: ExperimentStep,
  body: { readonly slot?: number; readonly reason?: string },
): Promise<ExperimentResponse> {
  return request<Answer<typeof experimentResponse>>(`experiment/${experimentId}/${step}/`, {
    method: "POST",
    body,
  });
}

export function deleteExperiment(experimentId: number): Promise<void> {
  return command(`experiment/${experimentId}/`, { method: "DELETE" });
}

export const replayKey = (modelId: number) => ["model", modelId, "replay"] as const;

/** The model's last replay. The API answers 404 before the first one. */
export const replayQuery = (modelId: number) =>
  queryOptions({
    queryKey: replayKey(modelId),
    queryFn: ({ signal }) =>
      request<Answer<typeof replayResponse>>(`trained_model/${modelId}/replay/`, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === "RUNNING" ? REPLAY_POLL_MS : false),
    reconcile: false as const,
  });

export function startReplay(modelId: number, conversionTypes: readonly string[]) {
  const body = { conversion_types: conversionTypes };
  return request<Answer<typeof replayResponse>>(`trained_model/${modelId}/replay/`, { method: "POST", body });
}
