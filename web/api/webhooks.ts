import { queryOptions } from "@tanstack/solid-query";
import type { Page } from "#contract/primitives.ts";
import type {
  endpointSecretResponse,
  endpointTestResponse,
  replayResponse,
  WebhookEndpointRequest,
  WebhookEndpointResponse,
  webhookCallResponse,
  webhookEndpointResponse,
} from "#contract/webhook-endpoint.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const MANY = 100;
/** While a call waits, or an address fails. */
const POLL_MS = 3_000;

export const webhooksKey = (projectId: number) => [...projectKey(projectId), "webhooks"] as const;

export const endpointListQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...webhooksKey(projectId), "endpoints"],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof webhookEndpointResponse>>>("webhook_endpoint/", {
        query: { project: projectId, page_size: MANY },
        signal,
      }),
    refetchInterval: ({ state }) =>
      state.data?.results.some((row) => row.is_enabled && row.state !== "CLOSED") ? POLL_MS : false,
  });

/** @param status Empty for calls of every status. */
export const callListQuery = (projectId: number, status: string, page: number) =>
  queryOptions({
    queryKey: [...webhooksKey(projectId), "calls", status, page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof webhookCallResponse>>>("webhook_call/", {
        query: { project: projectId, page, ...(status && { status }) },
        signal,
      }),
    refetchInterval: ({ state }) =>
      state.data?.results.some((call) => call.status === "PENDING") ? POLL_MS : false,
  });

export function createEndpoint(
  body: Pick<WebhookEndpointRequest, "project" | "url" | "events">,
): Promise<WebhookEndpointResponse> {
  return request<Answer<typeof webhookEndpointResponse>>("webhook_endpoint/", { method: "POST", body });
}

export function changeEndpoint(endpointId: number, body: { readonly is_enabled: boolean }): Promise<void> {
  return command(`webhook_endpoint/${endpointId}/`, { method: "PATCH", body });
}

export function deleteEndpoint(endpointId: number): Promise<void> {
  return command(`webhook_endpoint/${endpointId}/`, { method: "DELETE" });
}

/** Makes a secret. The answer is the only place that shows it. */
export async function makeSecret(endpointId: number): Promise<string> {
  const path = `webhook_endpoint/${endpointId}/secret/`;
  return (await request<Answer<typeof endpointSecretResponse>>(path, { method: "POST" })).secret;
}

/** Sends a test event now. */
export function testEndpoint(endpointId: number) {
  return request<Answer<typeof endpointTestResponse>>(`webhook_endpoint/${endpointId}/test/`, {
    method: "POST",
  });
}

/** Sends all given up calls of an endpoint again; how many there are. */
export async function replayCalls(endpointId: number): Promise<number> {
  const path = `webhook_endpoint/${endpointId}/replay/`;
  return (await request<Answer<typeof replayResponse>>(path, { method: "POST" })).replayed;
}

export function replayCall(callId: number): Promise<void> {
  return command(`webhook_call/${callId}/replay/`);
}
