import { MAX_PAGE_SIZE } from "#contract/limits.ts";
import { type ItemLookupResponse, itemLookupQuery } from "#contract/training-data.ts";
import { type ItemQuery, lookUpItems } from "#services/item-lookup.ts";
import { itemMetaDataFiles } from "#services/resources.ts";
import { parseQuery } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { styled } from "../answer-style.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toItemMetaDataResponse } from "./item-meta-data-response.ts";

export function itemMetaDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  dataFileRoutes(endpoint, deps, {
    kind: "item_meta_data",
    resource: itemMetaDataFiles,
    toResponse: styled(deps.settings, "item_meta_data", toItemMetaDataResponse),
  });
  endpoint("/item_meta_data/:id/lookup", {
    GET: rowHandler(deps.db, itemMetaDataFiles, async (c, row) => {
      const results = await lookUpItems(deps, row, toItemQuery(c.req.query()));
      return c.json({ results } satisfies ItemLookupResponse);
    }),
  });
}

function toItemQuery(query: Readonly<Record<string, string>>): ItemQuery {
  const { ids, q, limit } = parseQuery(query, itemLookupQuery);
  return ids === undefined ? { text: q ?? "", limit } : { ids: ids.split(",").slice(0, MAX_PAGE_SIZE) };
}
