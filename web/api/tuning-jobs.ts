import { queryOptions } from "@tanstack/solid-query";
import * as z from "zod";
import { pageOf } from "#contract/primitives.ts";
import type { AnySplitScheme } from "#contract/study-config.ts";
import {
  isOpenJob,
  jobEstimate,
  type TuningJobResponse,
  trialResponse,
  type tuningJobRequest,
  tuningJobResponse,
} from "#contract/tuning-job.ts";
import { command, request } from "./client.ts";
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
      request("parameter_tuning_job/", pageOf(tuningJobResponse), {
        query: { data__project: projectId, page },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isActiveJob) ? LIST_POLL_MS : false),
  });

/** Polls every `pollMs` while the job is active; its socket reports changes sooner. */
export const jobQuery = (jobId: number, pollMs: number) =>
  queryOptions({
    queryKey: jobKey(jobId),
    queryFn: ({ signal }) => request(`parameter_tuning_job/${jobId}/`, tuningJobResponse, { signal }),
    refetchInterval: ({ state }) => (state.data && isActiveJob(state.data) ? pollMs : false),
  });

export function getJob(jobId: number): Promise<TuningJobResponse> {
  return request(`parameter_tuning_job/${jobId}/`, tuningJobResponse);
}

export function listTrials(jobId: number, signal?: AbortSignal) {
  return request(`parameter_tuning_job/${jobId}/trials/`, z.array(trialResponse), { signal });
}

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
      request("parameter_tuning_job/estimate/", jobEstimate, {
        method: "POST",
        body: { data, tried_algorithms_json: algorithms, ...(scheme && { split_scheme: scheme }) },
        signal,
      }),
  });

export function createJob(body: z.input<typeof tuningJobRequest>): Promise<TuningJobResponse> {
  return request("parameter_tuning_job/", tuningJobResponse, { method: "POST", body });
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
