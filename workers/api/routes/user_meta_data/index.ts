import type { UserLookupResponse } from "#contract/training-data.ts";
import { lookUpUsers } from "#services/files/item-lookup.ts";
import { type UserMetaDataRow, userMetaDataFiles } from "#services/resources/user-meta-data.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { dataFileRoutes } from "../data-file-routes.ts";
import { toItemQuery } from "../item-query.ts";
import { toMetaDataResponse } from "../meta-data-response.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

export function userMetaDataRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  dataFileRoutes(endpoint, deps, {
    kind: "user_meta_data",
    resource: userMetaDataFiles,
    toResponse: deps.dialect.shown("user_meta_data", (row: UserMetaDataRow) =>
      toMetaDataResponse("user_meta_data", row),
    ),
  });
  endpoint("/user_meta_data/:id/lookup", {
    GET: rowHandler(deps.db, userMetaDataFiles, async (c, row) => {
      const results = await lookUpUsers(deps, row, toItemQuery(c.req.query()));
      return c.json({ results } satisfies UserLookupResponse);
    }),
  });
}
