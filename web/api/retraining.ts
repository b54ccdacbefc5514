import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import { pageOf } from "#contract/primitives.ts";
import {
  type RetrainingRunResponse,
  type RetrainingScheduleResponse,
  type RetrainingTriggered,
  retrainingRunResponse,
  type retrainingScheduleRequest,
  retrainingScheduleResponse,
  retrainingTriggered,
} from "#contract/retraining.ts";
import { command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const POLL_MS = 2_000;

export type ScheduleBody = z.input<typeof retrainingScheduleRequest>;

export const retrainingKey = (projectId: number) => [...projectKey(projectId), "retraining"] as const;

/** The project's schedule; null while it has none. */
export const scheduleQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...retrainingKey(projectId), "schedule"],
    queryFn: async ({ signal }): Promise<{ readonly schedule: RetrainingScheduleResponse | null }> => {
      const page = await request("retraining_schedule/", pageOf(retrainingScheduleResponse), {
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
      request("retraining_run/", pageOf(retrainingRunResponse), {
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
    ? request("retraining_schedule/", retrainingScheduleResponse, { method: "POST", body })
    : request(`retraining_schedule/${scheduleId}/`, retrainingScheduleResponse, { method: "PATCH", body });
}

export function triggerRun(scheduleId: number): Promise<RetrainingTriggered> {
  return request(`retraining_schedule/${scheduleId}/trigger/`, retrainingTriggered, { method: "POST" });
}

export function deleteSchedule(scheduleId: number): Promise<void> {
  return command(`retraining_schedule/${scheduleId}/`, { method: "DELETE" });
}
