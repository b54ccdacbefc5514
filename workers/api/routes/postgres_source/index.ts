import { postgresSourceRequest, postgresSourceResponse } from "#contract/postgres-source.ts";
import { postgresSourceCodec, postgresSources } from "#services/resources/postgres-source.ts";
import {
  createPostgresSource,
  deletePostgresSource,
  readNow,
  updatePostgresSource,
} from "#services/sources/postgres-sources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const READ_ONLY = Object.keys(postgresSourceResponse.shape).filter(
  (name) => !(name in postgresSourceRequest.shape),
);

export function postgresSourceRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: postgresSources,
    toResponse: postgresSourceCodec.show,
    schema: postgresSourceRequest,
    readOnly: READ_ONLY,
    create: (viewer, body) => createPostgresSource(deps, viewer, body),
    update: (viewer, row, changes) => updatePostgresSource(deps, viewer, row, changes),
    remove: (viewer, row) => deletePostgresSource(deps, viewer, row),
  });
  endpoint("/postgres_source/:id/read", {
    POST: rowHandler(deps.db, postgresSources, async (c, row) =>
      c.json(postgresSourceCodec.show(await readNow(deps, row))),
    ),
  });
}
