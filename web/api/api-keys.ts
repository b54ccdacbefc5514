import { queryOptions } from "@tanstack/solid-query";
import {
  type ApiKeyCreatedResponse,
  type ApiKeyRequest,
  apiKeyCreatedResponse,
  apiKeyResponse,
} from "#contract/api-key.ts";
import { pageOf } from "#contract/primitives.ts";
import { command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

export const keyListKey = (projectId: number) => [...projectKey(projectId), "keys"] as const;

export const keyListQuery = (projectId: number) =>
  queryOptions({
    queryKey: keyListKey(projectId),
    queryFn: ({ signal }) =>
      request("api_keys/", pageOf(apiKeyResponse), { query: { project: projectId, page_size: 100 }, signal }),
  });

export function createKey(body: ApiKeyRequest): Promise<ApiKeyCreatedResponse> {
  return request("api_keys/", apiKeyCreatedResponse, { method: "POST", body });
}

export function revokeKey(keyId: number): Promise<void> {
  return command(`api_keys/${keyId}/revoke/`);
}
