import { columnsRequest, interactionMapping, type SchemaVersionResponse } from "#contract/column-schema.ts";
import { TABLE_SIDES } from "#contract/table-sides.ts";
import { projectCodec, projects } from "#services/resources/project.ts";
import { readColumns, schemaVersions } from "#services/tables/column-schemas.ts";
import { correctColumns, mapInteractions } from "#services/tables/correct-columns.ts";
import { toColumnsResponse, toVersionResponse } from "#services/tables/show-columns.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

/** The columns of the tables of items and users, and AiREC's mapping of interactions. */
export function columnRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  for (const side of TABLE_SIDES) {
    endpoint(`/project/:id/${side}_columns`, {
      GET: rowHandler(deps.db, projects, async (c, row) =>
        c.json(toColumnsResponse(row, side, await readColumns(deps, row.id, side))),
      ),
      PUT: rowHandler(deps.db, projects, async (c, row) => {
        const request = await parseBody(c, columnsRequest);
        return c.json(toColumnsResponse(row, side, await correctColumns(deps, row, side, request)));
      }),
    });
    endpoint(`/project/:id/${side}_columns/versions`, {
      GET: rowHandler(deps.db, projects, async (c, { id }) => {
        const versions: SchemaVersionResponse[] = (await schemaVersions(deps.db, id, side)).map(
          toVersionResponse,
        );
        return c.json({ versions });
      }),
    });
  }
  endpoint("/project/:id/interaction_columns", {
    PUT: rowHandler(deps.db, projects, async (c, row) => {
      const mapping = await parseBody(c, interactionMapping);
      return c.json(projectCodec.show(await mapInteractions(deps, row, mapping)));
    }),
  });
}
