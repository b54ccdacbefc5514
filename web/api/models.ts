import { queryOptions } from "@tanstack/solid-query";
import * as z from "zod";
import {
  foundPeople,
  type modelConfigurationRequest,
  modelConfigurationResponse,
  personHistory,
  profileResponse,
  type ScoredItem,
  sampleResponse,
  scoredItem,
  type TrainedModelResponse,
  type trainedModelRequest,
  trainedModelResponse,
} from "#contract/model.ts";
import { listOverlap, modelComparison } from "#contract/model-comparison.ts";
import { pageOf } from "#contract/primitives.ts";
import { command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const POLL_MS = 1_000;

export const modelListKey = (projectId: number) => [...projectKey(projectId), "models"] as const;

export function isTraining(model: Pick<TrainedModelResponse, "status">): boolean {
  return model.status === "PENDING" || model.status === "TRAINING";
}

export const modelListQuery = (projectId: number, page = 1) =>
  queryOptions({
    queryKey: [...modelListKey(projectId), page],
    queryFn: ({ signal }) =>
      request("trained_model/", pageOf(trainedModelResponse), {
        query: { data_loc__project: projectId, page },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isTraining) ? POLL_MS : false),
  });

export const modelQuery = (modelId: number) =>
  queryOptions({
    queryKey: ["model", modelId],
    queryFn: ({ signal }) => request(`trained_model/${modelId}/`, trainedModelResponse, { signal }),
    refetchInterval: ({ state }) => (state.data && isTraining(state.data) ? POLL_MS : false),
  });

export const modelConfigurationsQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "model-configurations"],
    queryFn: ({ signal }) =>
      request("model_configuration/", pageOf(modelConfigurationResponse), {
        query: { project: projectId, page_size: 100 },
        signal,
      }),
  });

export const modelConfigurationQuery = (configurationId: number) =>
  queryOptions({
    queryKey: ["model-configuration", configurationId],
    queryFn: ({ signal }) =>
      request(`model_configuration/${configurationId}/`, modelConfigurationResponse, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function createConfiguration(body: z.input<typeof modelConfigurationRequest>) {
  return request("model_configuration/", modelConfigurationResponse, { method: "POST", body });
}

/** Begins the training of a configuration on data. */
export function trainModel(body: z.input<typeof trainedModelRequest>) {
  return request("trained_model/", trainedModelResponse, { method: "POST", body });
}

/** Two to four models to compare. */
export const modelComparisonQuery = (modelIds: readonly number[]) =>
  queryOptions({
    queryKey: ["model-comparison", ...modelIds],
    queryFn: ({ signal }) =>
      request("trained_model/compare/", modelComparison, { query: { ids: modelIds.join(",") }, signal }),
  });

/** How much the lists of two models have in common. */
export const listOverlapQuery = (modelIds: readonly [number, number]) =>
  queryOptions({
    queryKey: ["model-overlap", ...modelIds],
    queryFn: ({ signal }) =>
      request("trained_model/compare_lists/", listOverlap, { query: { ids: modelIds.join(",") }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Measures a model's configuration on held-out data; the id of the job that does. */
export async function evaluateModel(modelId: number, split: number, evaluation: number): Promise<number> {
  const path = `trained_model/${modelId}/evaluate/`;
  const schema = z.object({ tuning_job: z.number() });
  return (await request(path, schema, { method: "POST", body: { split, evaluation } })).tuning_job;
}

export interface ListWanted {
  readonly cutoff: number;
  /** For each item. */
  readonly reasons: number;
}

export function recommendTo(
  modelId: number,
  userId: string,
  list: ListWanted,
  signal?: AbortSignal,
): Promise<ScoredItem[]> {
  return request(`trained_model/${modelId}/recommendation/`, z.array(scoredItem), {
    query: { user_id: userId, ...list },
    signal,
  });
}

/** Items that the model finds similar to one. */
export function similarItems(
  modelId: number,
  itemId: string,
  cutoff: number,
  signal?: AbortSignal,
): Promise<ScoredItem[]> {
  const query = { item_id: itemId, cutoff };
  return request(`trained_model/${modelId}/similar_items/`, z.array(scoredItem), { query, signal });
}

/** Ids of people of the training data that hold a text. */
export const peopleQuery = (modelId: number, text: string) =>
  queryOptions({
    queryKey: ["people", modelId, text],
    queryFn: async ({ signal }) =>
      (
        await request(`trained_model/${modelId}/people/`, foundPeople, {
          query: { q: text, limit: 20 },
          signal,
        })
      ).results,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The items that the training knows of a person. */
export async function historyOf(modelId: number, userId: string, signal?: AbortSignal): Promise<string[]> {
  const query = { user_id: userId };
  return (await request(`trained_model/${modelId}/history/`, personHistory, { query, signal })).item_ids;
}

export async function recommendFromItems(
  modelId: number,
  itemIds: readonly string[],
  list: ListWanted,
  signal?: AbortSignal,
): Promise<ScoredItem[]> {
  const path = `trained_model/${modelId}/recommend_using_profile_interaction/`;
  const body = { item_ids: itemIds, ...list };
  return (await request(path, profileResponse, { method: "POST", body, signal })).recommendations;
}

/** A random user of the training data, with their items and a list for them. */
export function recommendToSample(modelId: number, reasons: number) {
  return request(`trained_model/${modelId}/sample_recommendation_raw/`, sampleResponse, {
    query: { reasons },
  });
}

/** @param stopServing  Whether the project may end up without a model that answers. */
export function deleteModel(modelId: number, stopServing: boolean): Promise<void> {
  const query = { stop_serving: stopServing || undefined };
  return command(`trained_model/${modelId}/`, { method: "DELETE", query });
}
