import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type { deploymentCheckResponse } from "#contract/deployment.ts";
import type {
  DeploymentSlotResponse,
  deploymentSlotRequest,
  deploymentSlotResponse,
  slotPeriodResponse,
} from "#contract/deployment-slot.ts";
import type { trainedModelResponse } from "#contract/model.ts";
import type { Page } from "#contract/primitives.ts";
import { type Answer, command, request } from "./client.ts";
import { servingKey } from "./deployment.ts";
import { modelListKey } from "./models.ts";

/** The most that a page of the API has. */
const MANY = 100;

/** All slots of a project, also shadows and those that are switched off. Their number is bounded by the API. */
export const slotListQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...servingKey(projectId), "slots"],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof deploymentSlotResponse>>>("deployment_slot/", {
        query: { project: projectId, page_size: MANY },
        signal,
      }),
  });

/** What slots served and when, the newest first; without a page the newest hundred. */
export const slotPeriodsQuery = (projectId: number, page?: number) =>
  queryOptions({
    queryKey: [...servingKey(projectId), "periods", page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof slotPeriodResponse>>>("slot_period/", {
        query: { project: projectId, ...(page === undefined ? { page_size: MANY } : { page }) },
        signal,
      }),
  });

/** The newest hundred models, to choose from. */
export const newestModelsQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...modelListKey(projectId), "newest"],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof trainedModelResponse>>>("trained_model/", {
        query: { data_loc__project: projectId, page_size: MANY },
        signal,
      }),
  });

/** What the rule of automatic releases says of a model, beside the one that answers in a slot. */
export const deploymentCheckQuery = (projectId: number, modelId: number, slot: number | undefined) =>
  queryOptions({
    queryKey: [...servingKey(projectId), "check", modelId, slot],
    queryFn: ({ signal }) =>
      request<Answer<typeof deploymentCheckResponse>>(`trained_model/${modelId}/deployment_check/`, {
        query: { slot },
        signal,
      }),
  });

type SlotBody = z.input<typeof deploymentSlotRequest>;

export function createSlot(body: SlotBody): Promise<DeploymentSlotResponse> {
  return request<Answer<typeof deploymentSlotResponse>>("deployment_slot/", { method: "POST", body });
}

export function changeSlot(slotId: number, body: Partial<SlotBody>): Promise<DeploymentSlotResponse> {
  return request<Answer<typeof deploymentSlotResponse>>(`deployment_slot/${slotId}/`, {
    method: "PATCH",
    body,
  });
}

export function deleteSlot(slotId: number): Promise<void> {
  return command(`deployment_slot/${slotId}/`, { method: "DELETE" });
}
