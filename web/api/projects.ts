import { queryOptions } from "@tanstack/solid-query";
import type { deletionResponse } from "#contract/deletion.ts";
import type { Page } from "#contract/primitives.ts";
import type {
  ProjectRequest,
  ProjectResponse,
  projectResponse,
  projectSummaryResponse,
} from "#contract/project.ts";
import { type Answer, command, request, urlOf } from "./client.ts";

export const projectsKey = ["projects"] as const;
export const projectKey = (projectId: number) => ["project", projectId] as const;

export interface ProjectListRequest {
  readonly page: number;
  /** Part of a name; blank for all projects. */
  readonly search: string;
  readonly ordering: string;
}

export const projectsQuery = ({ page, search, ordering }: ProjectListRequest) =>
  queryOptions({
    queryKey: [...projectsKey, { page, search, ordering }],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof projectResponse>>>("project/", {
        query: { page, ordering, ...(search && { search }) },
        signal,
      }),
  });

export const projectQuery = (projectId: number) =>
  queryOptions({
    queryKey: projectKey(projectId),
    queryFn: ({ signal }) => request<Answer<typeof projectResponse>>(`project/${projectId}/`, { signal }),
  });

export const projectSummaryQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "summary"],
    queryFn: ({ signal }) =>
      request<Answer<typeof projectSummaryResponse>>(`project_summary/${projectId}/`, { signal }),
  });

export function createProject(body: ProjectRequest): Promise<ProjectResponse> {
  return request<Answer<typeof projectResponse>>("project/", { method: "POST", body });
}

export function updateProject(projectId: number, body: ProjectRequest): Promise<ProjectResponse> {
  return request<Answer<typeof projectResponse>>(`project/${projectId}/`, { method: "PUT", body });
}

/** Changes what the body has, and nothing else. */
export function changeProject(projectId: number, body: Partial<ProjectRequest>): Promise<ProjectResponse> {
  return request<Answer<typeof projectResponse>>(`project/${projectId}/`, { method: "PATCH", body });
}

/** The address at which the browser downloads the project as one archive. */
export function exportUrl(projectId: number): string {
  return urlOf(`project/${projectId}/export/`);
}

/** Makes a project from an archive, under another name if one is given. */
export function importProject(archive: File, name: string): Promise<ProjectResponse> {
  const form = new FormData();
  if (name) form.append("name", name);
  form.append("file", archive);
  return request<Answer<typeof projectResponse>>("project_import/", { method: "POST", form });
}

const DELETIONS_POLL_MS = 2_000;

/** Deletions, newest first, with what has been erased so far. */
export const deletionsQuery = () =>
  queryOptions({
    queryKey: [...projectsKey, "deletions"],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof deletionResponse>>>("deletion/", { query: { kind: "PROJECT" }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ status }) => status === "RUNNING") ? DELETIONS_POLL_MS : false,
  });

export function deleteProject(projectId: number): Promise<void> {
  return command(`project/${projectId}/`, { method: "DELETE" });
}
