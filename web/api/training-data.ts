import { queryOptions } from "@tanstack/solid-query";
import type { Page } from "#contract/primitives.ts";
import type { TrainingDataResponse, trainingDataResponse } from "#contract/training-data.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const POLL_MS = 1_000;

export const dataListKey = (projectId: number) => [...projectKey(projectId), "data"] as const;

/** True until ingestion has finished. */
export function isIngesting(row: Pick<TrainingDataResponse, "status">): boolean {
  return row.status === "PENDING" || row.status === "INGESTING";
}

export const dataListQuery = (projectId: number, page = 1) =>
  queryOptions({
    queryKey: [...dataListKey(projectId), page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof trainingDataResponse>>>("training_data/", {
        query: { project: projectId, page },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isIngesting) ? POLL_MS : false),
  });

export function getData(dataId: number, signal?: AbortSignal): Promise<TrainingDataResponse> {
  return request<Answer<typeof trainingDataResponse>>(`training_data/${dataId}/`, signal ? { signal } : {});
}

export const dataQuery = (dataId: number) =>
  queryOptions({
    queryKey: ["data", dataId],
    queryFn: ({ signal }) => getData(dataId, signal),
    refetchInterval: ({ state }) => (state.data && isIngesting(state.data) ? POLL_MS : false),
  });

export function deleteData(dataId: number): Promise<void> {
  return command(`training_data/${dataId}/`, { method: "DELETE" });
}

/** Reads a copy of the file by the project's settings of today; the first one stays. */
export function readDataAgain(dataId: number): Promise<TrainingDataResponse> {
  return request<Answer<typeof trainingDataResponse>>(`training_data/${dataId}/read_again/`, {
    method: "POST",
  });
}
