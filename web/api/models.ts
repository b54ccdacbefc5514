import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import type {
  foundPeople,
  modelConfigurationRequest,
  modelConfigurationResponse,
  personHistory,
  profileResponse,
  ScoredItem,
  sampleResponse,
  scoredItem,
  TrainedModelResponse,
  trainedModelRequest,
  trainedModelResponse,
  trainingEstimate,
} from "#contract/model.ts";
import type { listOverlap, modelComparison } from "#contract/model-comparison.ts";
import type { Page } from "#contract/primitives.ts";
import { type Answer, command, request } from "./client.ts";
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
      request<Page<Answer<typeof trainedModelResponse>>>("trained_model/", {
        query: { data_loc__project: projectId, page },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isTraining) ? POLL_MS : false),
  });

export const modelQuery = (modelId: number) =>
  queryOptions({
    queryKey: ["model", modelId],
    queryFn: ({ signal }) =>
      request<Answer<typeof trainedModelResponse>>(`trained_model/${modelId}/`, { signal }),
    refetchInterval: ({ state }) => (state.data && isTraining(state.data) ? POLL_MS : false),
  });

export const configurationListKey = (projectId: number) =>
  [...projectKey(projectId), "model-configurations"] as const;

export const modelConfigurationsQuery = (projectId: number, part = { page: 1, page_size: 100 }) =>
  queryOptions({
    queryKey: [...configurationListKey(projectId), part],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof modelConfigurationResponse>>>("model_configuration/", {
        query: { project: projectId, ...part },
        signal,
      }),
  });

export const modelConfigurationQuery = (configurationId: number) =>
  queryOptions({
    queryKey: ["model-configuration", configurationId],
    queryFn: ({ signal }) =>
      request<Answer<typeof modelConfigurationResponse>>(`model_configuration/${configurationId}/`, {
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function createConfiguration(body: z.input<typeof modelConfigurationRequest>) {
  return request<Answer<typeof modelConfigurationResponse>>("model_configuration/", { method: "POST", body });
}

/** Changes what the body has, and nothing else. */
export function changeConfiguration(
  configurationId: number,
  body: Partial<z.input<typeof modelConfigurationRequest>>,
) {
  return request<Answer<typeof modelConfigurationResponse>>(`model_configuration/${configurationId}/`, {
    method: "PATCH",
    body,
  });
}

/** Deletes its models, too; refused where the project would be left without a model that answers. */
export function deleteConfiguration(configurationId: number): Promise<void> {
  return command(`model_configuration/${configurationId}/`, { method: "DELETE" });
}

/** Begins the training of a configuration on data. */
export function trainModel(body: z.input<typeof trainedModelRequest>) {
  return request<Answer<typeof trainedModelResponse>>("trained_model/", { method: "POST", body });
}

/** What a training would take, and why it would be refused. */
export const trainingEstimateQuery = (
  dataId: number,
  algorithm: string,
  parameters: Readonly<Record<string, unknown>>,
) =>
  queryOptions({
    queryKey: ["training-estimate", dataId, algorithm, parameters],
    queryFn: ({ signal }) =>
      request<Answer<typeof trainingEstimate>>("trained_model/estimate/", {
        method: "POST",
        body: { data_loc: dataId, recommender_class_name: algorithm, parameters_json: parameters },
        signal,
      }),
  });

/** Two to four models to compare. */
export const modelComparisonQuery = (modelIds: readonly number[]) =>
  queryOptions({
    queryKey: ["model-comparison", ...modelIds],
    queryFn: ({ signal }) =>
      request<Answer<typeof modelComparison>>("trained_model/compare/", {
        query: { ids: modelIds.join(",") },
        signal,
      }),
  });

/** How much the lists of two models have in common. */
export const listOverlapQuery = (modelIds: readonly [number, number]) =>
  queryOptions({
    queryKey: ["model-overlap", ...modelIds],
    queryFn: ({ signal }) =>
      request<Answer<typeof listOverlap>>("trained_model/compare_lists/", {
        query: { ids: modelIds.join(",") },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Measures a model's configuration on held-out data; the id of the job that does. */
export async function evaluateModel(modelId: number, split: number, evaluation: number): Promise<number> {
  const path = `trained_model/${modelId}/evaluate/`;
  const body = { split, evaluation };
  return (await request<{ readonly tuning_job: number }>(path, { method: "POST", body })).tuning_job;
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
  return request<Answer<typeof scoredItem>[]>(`trained_model/${modelId}/recommendation/`, {
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
  return request<Answer<typeof scoredItem>[]>(`trained_model/${modelId}/similar_items/`, { query, signal });
}

/** Ids of people of the training data that hold a text. */
export const peopleQuery = (modelId: number, text: string) =>
  queryOptions({
    queryKey: ["people", modelId, text],
    queryFn: async ({ signal }) =>
      (
        await request<Answer<typeof foundPeople>>(`trained_model/${modelId}/people/`, {
          query: { q: text, limit: 20 },
          signal,
        })
      ).results,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The items that the training knows of a person. */
export async function historyOf(modelId: number, userId: string, signal?: AbortSignal): Promise<string[]> {
  const query = { user_id: userId };
  return (await request<Answer<typeof personHistory>>(`trained_model/${modelId}/history/`, { query, signal }))
    .item_ids;
}

export async function recommendFromItems(
  modelId: number,
  itemIds: readonly string[],
  list: ListWanted,
  signal?: AbortSignal,
): Promise<ScoredItem[]> {
  const path = `trained_model/${modelId}/recommend_using_profile_interaction/`;
  const body = { item_ids: itemIds, ...list };
  return (await request<Answer<typeof profileResponse>>(path, { method: "POST", body, signal }))
    .recommendations;
}

/** A random user of the training data, with their items and a list for them. */
export function recommendToSample(modelId: number, reasons: number) {
  return request<Answer<typeof sampleResponse>>(`trained_model/${modelId}/sample_recommendation_raw/`, {
    query: { reasons },
  });
}

/** @param stopServing  Whether the project may end up without a model that answers. */
export function deleteModel(modelId: number, stopServing: boolean): Promise<void> {
  const query = { stop_serving: stopServing || undefined };
  return command(`trained_model/${modelId}/`, { method: "DELETE", query });
}
