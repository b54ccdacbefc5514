import { queryOptions } from "@tanstack/solid-query";
import type { servingResponse } from "#contract/deployment.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

export const servingKey = (projectId: number) => [...projectKey(projectId), "serving"] as const;

/** The versions that answer the project's requests now. */
export const servingQuery = (projectId: number) =>
  queryOptions({
    queryKey: servingKey(projectId),
    queryFn: ({ signal }) =>
      request<Answer<typeof servingResponse>>(`project/${projectId}/serving/`, { signal }),
  });

/** Makes a ready model the live one. */
export function deployModel(modelId: number): Promise<void> {
  return command(`trained_model/${modelId}/deploy/`, { body: {} });
}

/** Returns from a model to the version before; does nothing if that model is no longer live. */
export function rollBackSlot(slotId: number, from: number): Promise<void> {
  return command(`deployment_slot/${slotId}/roll_back/`, { body: { from } });
}
