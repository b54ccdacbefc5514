import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type { Page } from "#contract/primitives.ts";
import type { AnySplitScheme } from "#contract/study-config.ts";
import {
  isOpenJob,
  type jobEstimate,
  type TuningJobResponse,
  type trialResponse,
  type tuningJobRequest,
  type tuningJobResponse,
} from "#contract/tuning-job.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const LIST_POLL_MS = 3_000;

export const jobListKey = (projectId: number) => [...projectKey(projectId), "jobs"] as const;
export const jobKey = (jobId: number) => ["job", jobId] as const;

export function isActiveJob(job: Pick<TuningJobResponse, "status">): boolean {
  return isOpenJob(job.status);
}

export const jobListQuery = (projectId: number, page = 1) =>
  queryOptions({
    queryKey: [...jobListKey(projectId), page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof tuningJobResponse>>>("parameter_tuning_job/", {
        query: { data__project: projectId, page },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isActiveJob) ? LIST_POLL_MS : false),
  });

/** Polls every `pollMs` while the job is active; its socket reports changes sooner. */
export const jobQuery = (jobId: number, pollMs: number) =>
  queryOptions({
    queryKey: jobKey(jobId),
    queryFn: ({ signal }) =>
      request<Answer<typeof tuningJobResponse>>(`parameter_tuning_job/${jobId}/`, { signal }),
    refetchInterval: ({ state }) => (state.data && isActiveJob(state.data) ? pollMs : false),
  });

export function getJob(jobId: number): Promise<TuningJobResponse> {
  return request<Answer<typeof tuningJobResponse>>(`parameter_tuning_job/${jobId}/`);
}

export function listTrials(jobId: number, signal?: AbortSignal) {
  return request<Answer<typeof trialResponse>[]>(`parameter_tuning_job/${jobId}/trials/`, { signal });
}

/** All trials of a job as they are now. */
export const jobTrialsQuery = (jobId: number) =>
  queryOptions({
    queryKey: [...jobKey(jobId), "compared-trials"],
    queryFn: ({ signal }) => listTrials(jobId, signal),
    reconcile: false as const,
  });

/** The algorithms that a job would try, and those it would leave out. */
/** @param scheme Of the split; those of next items try algorithms of their own. */
export const jobEstimateQuery = (
  data: number,
  algorithms: readonly string[] | null,
  scheme?: AnySplitScheme,
) =>
  queryOptions({
    queryKey: ["job-estimate", data, algorithms, scheme],
    queryFn: ({ signal }) =>
      request<Answer<typeof jobEstimate>>("parameter_tuning_job/estimate/", {
        method: "POST",
        body: { data, tried_algorithms_json: algorithms, ...(scheme && { split_scheme: scheme }) },
        signal,
      }),
  });

export function createJob(body: z.input<typeof tuningJobRequest>): Promise<TuningJobResponse> {
  return request<Answer<typeof tuningJobResponse>>("parameter_tuning_job/", { method: "POST", body });
}

/** Running trials may end; no trial begins until the job is resumed. */
export function pauseJob(jobId: number): Promise<void> {
  return command(`parameter_tuning_job/${jobId}/pause/`);
}

export function resumeJob(jobId: number): Promise<void> {
  return command(`parameter_tuning_job/${jobId}/resume/`);
}

export function cancelJob(jobId: number): Promise<void> {
  return command(`parameter_tuning_job/${jobId}/cancel/`);
}
