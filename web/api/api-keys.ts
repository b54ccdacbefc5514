import { queryOptions } from "@tanstack/solid-query";
import type {
  ApiKeyCreatedResponse,
  ApiKeyRequest,
  apiKeyCreatedResponse,
  apiKeyResponse,
} from "#contract/api-key.ts";
import type { Page } from "#contract/primitives.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

export const keyListKey = (projectId: number) => [...projectKey(projectId), "keys"] as const;

export const keyListQuery = (projectId: number) =>
  queryOptions({
    queryKey: keyListKey(projectId),
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof apiKeyResponse>>>("api_keys/", {
        query: { project: projectId, page_size: 100 },
        signal,
      }),
  });

export function createKey(body: ApiKeyRequest): Promise<ApiKeyCreatedResponse> {
  return request<Answer<typeof apiKeyCreatedResponse>>("api_keys/", { method: "POST", body });
}

export function revokeKey(keyId: number): Promise<void> {
  return command(`api_keys/${keyId}/revoke/`);
}
