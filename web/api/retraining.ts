import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type { Page } from "#contract/primitives.ts";
import type {
  RetrainingRunResponse,
  RetrainingScheduleResponse,
  RetrainingTriggered,
  retrainingRunResponse,
  retrainingScheduleRequest,
  retrainingScheduleResponse,
  retrainingTriggered,
} from "#contract/retraining.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const POLL_MS = 2_000;

export type ScheduleBody = z.input<typeof retrainingScheduleRequest>;

export const retrainingKey = (projectId: number) => [...projectKey(projectId), "retraining"] as const;

/** The project's schedule; null while it has none. */
export const scheduleQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...retrainingKey(projectId), "schedule"],
    queryFn: async ({ signal }): Promise<{ readonly schedule: RetrainingScheduleResponse | null }> => {
      const page = await request<Page<Answer<typeof retrainingScheduleResponse>>>("retraining_schedule/", {
        query: { project: projectId },
        signal,
      });
      return { schedule: page.results[0] ?? null };
    },
  });

export function isOpenRun(run: Pick<RetrainingRunResponse, "status">): boolean {
  return run.status === "PENDING" || run.status === "RUNNING";
}

export const runsQuery = (projectId: number, scheduleId: number, page: number) =>
  queryOptions({
    queryKey: [...retrainingKey(projectId), "runs", scheduleId, page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof retrainingRunResponse>>>("retraining_run/", {
        query: { schedule: scheduleId, page },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isOpenRun) ? POLL_MS : false),
  });

/** Creates the schedule of a project, or changes the existing one. */
export function saveSchedule(
  scheduleId: number | null,
  body: ScheduleBody,
): Promise<RetrainingScheduleResponse> {
  return scheduleId === null
    ? request<Answer<typeof retrainingScheduleResponse>>("retraining_schedule/", { method: "POST", body })
    : request<Answer<typeof retrainingScheduleResponse>>(`retraining_schedule/${scheduleId}/`, {
        method: "PATCH",
        body,
      });
}

export function triggerRun(scheduleId: number): Promise<RetrainingTriggered> {
  return request<Answer<typeof retrainingTriggered>>(`retraining_schedule/${scheduleId}/trigger/`, {
    method: "POST",
  });
}

export function deleteSchedule(scheduleId: number): Promise<void> {
  return command(`retraining_schedule/${scheduleId}/`, { method: "DELETE" });
}
