import { queryOptions } from "@tanstack/solid-query";
import type { Page } from "#contract/primitives.ts";
import type { TableSide } from "#contract/table-sides.ts";
import type { itemMetaDataResponse } from "#contract/training-data.ts";
import { isApiError } from "./api-error.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";
import { isIngesting } from "./training-data.ts";

const POLL_MS = 1_000;

export const metaDataListKey = (projectId: number, side: TableSide = "item") =>
  [...projectKey(projectId), "meta-data", side] as const;

/** The files of a project's item or user table, newest first. */
export const metaDataListQuery = (projectId: number, side: TableSide = "item") =>
  queryOptions({
    queryKey: metaDataListKey(projectId, side),
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof itemMetaDataResponse>>>(`${side}_meta_data/`, {
        query: { project: projectId },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isIngesting) ? POLL_MS : false),
  });

export function deleteMetaData(metaDataId: number, side: TableSide): Promise<void> {
  return command(`${side}_meta_data/${metaDataId}/`, { method: "DELETE" });
}

export interface ItemRow {
  readonly item_id: string;
  readonly [column: string]: unknown;
}

/**
 * Rows of items by id; items without a row are left out. Empty when the server has no lookup, so that ids are shown
 * alone.
 */
export async function lookupItems(
  metaDataId: number,
  query: { readonly ids: readonly string[] } | { readonly text: string; readonly limit: number },
  signal?: AbortSignal,
): Promise<ItemRow[]> {
  const params = "ids" in query ? { ids: query.ids.join(",") } : { q: query.text, limit: query.limit };
  try {
    const path = `item_meta_data/${metaDataId}/lookup/`;
    return (await request<{ readonly results: ItemRow[] }>(path, { query: params, signal })).results;
  } catch (error) {
    if (isApiError(error, "notFound")) return [];
    throw error;
  }
}
