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

/** Who holds a key can do much of what an owner can. */
const CHANGES_BY_OWNERS = { POST: "owner", PUT: "owner", PATCH: "owner", DELETE: "owner" } as const;

/** The answer that shows the key: what was asked for, without what is known only later. */
function toCreatedResponse(row: ApiKeyRow): Omit<ApiKeyCreatedResponse, "key"> {
  const { key_prefix, is_active, last_used_at, ...shown } = toApiKeyResponse(row);
  return shown;
}

export function apiKeyRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { keyRequest: schema } = deps.dialect;
  const toCreated = deps.dialect.shown("api_keys", toCreatedResponse);
  resourceRoutes(endpoint, deps.db, {
    resource: apiKeys,
    role: CHANGES_BY_OWNERS,
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
          return c.json({ ...toCreated(row), key }, 201);
        },
      },
    },
  });
  endpoint(
    "/api_keys/:id/rotate",
    {
      POST: rowHandler(deps.db, apiKeys, async (c, row, viewer) => {
        const rotated = await rotateApiKey(deps, viewer, row);
        return c.json({ ...toCreated(rotated.row), key: rotated.key });
      }),
    },
    { role: "owner" },
  );
  endpoint(
    "/api_keys/:id/revoke",
    {
      POST: rowHandler(deps.db, apiKeys, async (c, row, viewer) => {
        await revokeApiKey(deps, viewer, row);
        return c.json({ status: "revoked" });
      }),
    },
    { role: "owner" },
  );
}
