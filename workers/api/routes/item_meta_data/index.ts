import type { ItemLookupResponse } from "#contract/training-data.ts";
import { lookUpItems } from "#services/files/item-lookup.ts";
import { type ItemMetaDataRow, itemMetaDataFiles } from "#services/resources/item-meta-data.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import { toItemQuery } from "../item-query.ts";
import { toMetaDataResponse } from "../meta-data-response.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

export function itemMetaDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  dataFileRoutes(endpoint, deps, {
    kind: "item_meta_data",
    resource: itemMetaDataFiles,
    toResponse: deps.dialect.shown("item_meta_data", (row: ItemMetaDataRow) =>
      toMetaDataResponse("item_meta_data", row),
    ),
  });
  endpoint("/item_meta_data/:id/lookup", {
    GET: rowHandler(deps.db, itemMetaDataFiles, async (c, row) => {
      const results = await lookUpItems(deps, row, toItemQuery(c.req.query()));
      return c.json({ results } satisfies ItemLookupResponse);
    }),
  });
}
