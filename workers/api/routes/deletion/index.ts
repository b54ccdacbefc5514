import { accountErasureRequest } from "#contract/auth.ts";
import { eraseOwnAccount } from "#services/erasure/account-deletion.ts";
import { deletions } from "#services/resources/deletion.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";
import { toDeletionResponse } from "./deletion-response.ts";

export function deletionRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: deletions,
    toResponse: toDeletionResponse,
  });
  endpoint(
    "/auth/user/erase",
    {
      POST: async (c) => {
        const { password } = await parseBody(c, accountErasureRequest);
        return c.json(toDeletionResponse(await eraseOwnAccount(deps, c.var.caller.account, password)), 202);
      },
    },
    { access: "session", rate: "login" },
  );
}
