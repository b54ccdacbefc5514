/** The query parameters of the management API, as JSON Schema. */

import { MAX_FOUND_PEOPLE, MAX_ITEM_REASONS, MAX_PAGE_SIZE } from "#contract/limits.ts";
import { MAX_OVERLAP_PEOPLE } from "#contract/model-comparison.ts";
import type { Filter, Resource, ResourceTable } from "#services/resources/listing.ts";

export type QueryParameters = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const ROW_ID = { type: "integer", minimum: 1 };
const COUNT = { type: "integer", minimum: 1 };
const TEXT = { type: "string" };
const REASONS = { type: "integer", minimum: 0, maximum: MAX_ITEM_REASONS, default: 0 };

/** Parameters of single routes. */
export const QUERY = {
  lookup: { ids: TEXT, q: TEXT, limit: COUNT },
  preview: { n_rows: { type: "integer" } },
  compared: { ids: { type: "string", pattern: "^\\d+(,\\d+){1,3}$" } },
  listOverlap: {
    ids: { type: "string", pattern: "^\\d+,\\d+$" },
    people: { type: "integer", minimum: 1, maximum: MAX_OVERLAP_PEOPLE, default: 200 },
    cutoff: { type: "integer", minimum: 1, maximum: 50, default: 10 },
    seed: { type: "integer", minimum: 0, default: 0 },
  },
  recommendation: { user_id: TEXT, cutoff: COUNT, reasons: REASONS },
  sample: { reasons: REASONS },
  similar: { item_id: TEXT, cutoff: COUNT },
  people: { q: TEXT, limit: { type: "integer", minimum: 1, maximum: MAX_FOUND_PEOPLE, default: 10 } },
  history: { user_id: TEXT },
  removal: { stop_serving: { type: "boolean", default: false } },
  schema: { format: { type: "string", enum: ["json", "yaml"] } },
} as const satisfies Record<string, QueryParameters>;

export interface ListedResource {
  readonly resource: Pick<
    Resource<ResourceTable>,
    "path" | "one" | "many" | "filters" | "sortedBy" | "searched"
  >;
  readonly pageSizeIsFixed?: boolean;
}

/** The filters of a resource, its order and its pages. */
export function listParameters({ resource, pageSizeIsFixed = false }: ListedResource): QueryParameters {
  const names = Object.keys(resource.sortedBy ?? {});
  return {
    ...Object.fromEntries(Object.entries(resource.filters).map(([name, filter]) => [name, schemaOf(filter)])),
    ...(resource.searched ? { search: TEXT } : {}),
    ...(names.length > 0
      ? { ordering: { type: "string", enum: names.flatMap((name) => [name, `-${name}`]) } }
      : {}),
    page: COUNT,
    ...(pageSizeIsFixed ? {} : { page_size: { ...COUNT, maximum: MAX_PAGE_SIZE } }),
  };
}

function schemaOf(filter: Filter): Readonly<Record<string, unknown>> {
  switch (filter.kind) {
    case "number":
    case "above":
      return { type: "integer" };
    case "reference":
      return ROW_ID;
    case "flag":
    case "isNull":
      return { type: "boolean" };
    case "choice":
      return { type: "string", enum: filter.choices };
    case "text":
      return TEXT;
  }
}
