import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import { deploymentCheckResponse } from "#contract/deployment.ts";
import {
  type DeploymentSlotResponse,
  type deploymentSlotRequest,
  deploymentSlotResponse,
  slotPeriodResponse,
} from "#contract/deployment-slot.ts";
import { trainedModelResponse } from "#contract/model.ts";
import { pageOf } from "#contract/primitives.ts";
import { command, request } from "./client.ts";
import { servingKey } from "./deployment.ts";
import { modelListKey } from "./models.ts";

/** The most that a page of the API has. */
const MANY = 100;

/** All slots of a project, also shadows and those that are switched off. Their number is bounded by the API. */
export const slotListQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...servingKey(projectId), "slots"],
    queryFn: ({ signal }) =>
      request("deployment_slot/", pageOf(deploymentSlotResponse), {
        query: { project: projectId, page_size: MANY },
        signal,
      }),
  });

/** What slots served and when, the newest first; without a page the newest hundred. */
export const slotPeriodsQuery = (projectId: number, page?: number) =>
  queryOptions({
    queryKey: [...servingKey(projectId), "periods", page],
    queryFn: ({ signal }) =>
      request("slot_period/", pageOf(slotPeriodResponse), {
        query: { project: projectId, ...(page === undefined ? { page_size: MANY } : { page }) },
        signal,
      }),
  });

/** The newest hundred models, to choose from. */
export const newestModelsQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...modelListKey(projectId), "newest"],
    queryFn: ({ signal }) =>
      request("trained_model/", pageOf(trainedModelResponse), {
        query: { data_loc__project: projectId, page_size: MANY },
        signal,
      }),
  });

/** What the rule of automatic releases says of a model, beside the one that answers in a slot. */
export const deploymentCheckQuery = (projectId: number, modelId: number, slot: number | undefined) =>
  queryOptions({
    queryKey: [...servingKey(projectId), "check", modelId, slot],
    queryFn: ({ signal }) =>
      request(`trained_model/${modelId}/deployment_check/`, deploymentCheckResponse, {
        query: { slot },
        signal,
      }),
  });

type SlotBody = z.input<typeof deploymentSlotRequest>;

export function createSlot(body: SlotBody): Promise<DeploymentSlotResponse> {
  return request("deployment_slot/", deploymentSlotResponse, { method: "POST", body });
}

export function changeSlot(slotId: number, body: Partial<SlotBody>): Promise<DeploymentSlotResponse> {
  return request(`deployment_slot/${slotId}/`, deploymentSlotResponse, { method: "PATCH", body });
}

export function deleteSlot(slotId: number): Promise<void> {
  return command(`deployment_slot/${slotId}/`, { method: "DELETE" });
}
