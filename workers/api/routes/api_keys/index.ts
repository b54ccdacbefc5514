import type { ApiKeyCreatedResponse, ApiKeyResponse } from "#contract/api-key.ts";
import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
} from "#services/access/api-keys.ts";
import { withServingUse } from "#services/access/key-use.ts";
import { type ApiKeyRow, apiKeyCodec, apiKeys } from "#services/resources/api-key.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toApiKeyResponse: (row: ApiKeyRow) => ApiKeyResponse = apiKeyCodec.show;

function toCreatedResponse(row: ApiKeyRow, key: string): ApiKeyCreatedResponse {
  const { id, project, name, scopes, expires_at, ins_datetime } = toApiKeyResponse(row);
  return { id, project, name, scopes, expires_at, ins_datetime, key };
}

export function apiKeyRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { keyRequest: schema } = deps.dialect;
  resourceRoutes(endpoint, deps.db, {
    resource: apiKeys,
    toResponse: deps.dialect.shown("api_keys", toApiKeyResponse),
    complete: (rows) => withServingUse(deps, rows),
    schema,
    update: (viewer, row, changes) => updateApiKey(deps, viewer, row, changes),
    remove: (viewer, row) => deleteApiKey(deps, viewer, row),
    override: {
      list: {
        POST: async (c) => {
          const body = await parseBody(c, schema);
          const { row, key } = await createApiKey(deps, c.var.caller.viewer, body);
          noteSubject(c, row);
          return c.json(toCreatedResponse(row, key), 201);
        },
      },
    },
  });
  endpoint("/api_keys/:id/rotate", {
    POST: rowHandler(deps.db, apiKeys, async (c, row, viewer) => {
      const rotated = await rotateApiKey(deps, viewer, row);
      return c.json(toCreatedResponse(rotated.row, rotated.key));
    }),
  });
  endpoint("/api_keys/:id/revoke", {
    POST: rowHandler(deps.db, apiKeys, async (c, row, viewer) => {
      await revokeApiKey(deps, viewer, row);
      return c.json({ status: "revoked" });
    }),
  });
}
