import { itemMetaDataFiles } from "#services/resources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toItemMetaDataResponse } from "./item-meta-data-response.ts";

export function itemMetaDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  dataFileRoutes(endpoint, deps, {
    kind: "item_meta_data",
    resource: itemMetaDataFiles,
    toResponse: toItemMetaDataResponse,
  });
}
