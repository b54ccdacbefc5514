import { queryOptions } from "@tanstack/solid-query";
import { pageOf } from "#contract/primitives.ts";
import {
  type ProjectRequest,
  type ProjectResponse,
  projectResponse,
  projectSummaryResponse,
} from "#contract/project.ts";
import { command, request } from "./client.ts";

export const projectsKey = ["projects"] as const;
export const projectKey = (projectId: number) => ["project", projectId] as const;

export const projectsQuery = (page: number) =>
  queryOptions({
    queryKey: [...projectsKey, page],
    queryFn: ({ signal }) => request("project/", pageOf(projectResponse), { query: { page }, signal }),
  });

export const projectQuery = (projectId: number) =>
  queryOptions({
    queryKey: projectKey(projectId),
    queryFn: ({ signal }) => request(`project/${projectId}/`, projectResponse, { signal }),
  });

export const projectSummaryQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "summary"],
    queryFn: ({ signal }) => request(`project_summary/${projectId}/`, projectSummaryResponse, { signal }),
  });

export function createProject(body: ProjectRequest): Promise<ProjectResponse> {
  return request("project/", projectResponse, { method: "POST", body });
}

export function deleteProject(projectId: number): Promise<void> {
  return command(`project/${projectId}/`, { method: "DELETE" });
}
