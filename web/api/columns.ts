import { queryOptions } from "@tanstack/solid-query";
import type { columnsResponse } from "#contract/column-schema.ts";
import type { FeatureType } from "#contract/feature-types.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { type Answer, request } from "./client.ts";
import { projectKey } from "./projects.ts";

/** A correction; null takes one back. */
export interface SentColumn {
  readonly name: string;
  readonly type: FeatureType | null;
  readonly separator?: string;
}

const pathOf = (projectId: number, side: TableSide) => `project/${projectId}/${side}_columns/`;

export const columnsKey = (projectId: number, side: TableSide) =>
  [...projectKey(projectId), "columns", side] as const;

export const columnsQuery = (projectId: number, side: TableSide) =>
  queryOptions({
    queryKey: columnsKey(projectId, side),
    queryFn: ({ signal }) => request<Answer<typeof columnsResponse>>(pathOf(projectId, side), { signal }),
  });

export interface SentCorrection {
  /** The version that somebody looked at: with a newer one nothing changes, and the answer is a conflict. */
  readonly version: number;
  readonly columns: readonly SentColumn[];
}

/** Columns that are not named stay as they are. */
export function correctColumns(projectId: number, side: TableSide, body: SentCorrection) {
  return request<Answer<typeof columnsResponse>>(pathOf(projectId, side), { method: "PUT", body });
}
