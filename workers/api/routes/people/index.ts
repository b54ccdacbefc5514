import { decodedPart } from "#contract/address-escapes.ts";
import { type UserMergeResponse, userMergeRequest } from "#contract/user-merge.ts";
import { AppError, fieldError, permissionDenied } from "#services/app-error.ts";
import { eraseUser } from "#services/erasure/user-deletion.ts";
import { mergeUsers } from "#services/people/user-merges.ts";
import { getRow } from "#services/resources/listing.ts";
import { projects } from "#services/resources/project.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { toDeletionResponse } from "../deletion/deletion-response.ts";
import type { RouteDeps } from "../route-deps.ts";

const BROKEN_ESCAPE = "The escape in the address is broken.";

/** `/v1/users`: the users of the data of the key's project. The key needs the scope `write`. */
export function peopleRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  endpoint("/v1/users/:user_id", {
    POST: async (c) => {
      if (c.req.param("user_id") !== "merge") throw notAllowed("GET, HEAD, PUT, PATCH, DELETE");
      const row = await projectOfKey(deps, c);
      const merged = await mergeUsers(deps, row.id, await parseBody(c, userMergeRequest));
      const { from, to, userId } = merged;
      return c.json({ from, to, user_id: userId } satisfies UserMergeResponse);
    },
    DELETE: async (c) => {
      const row = await projectOfKey(deps, c);
      const userId = c.req.param("user_id") ?? "";
      if (decodedPart(new URL(c.req.url).pathname) === null) throw fieldError("user_id", BROKEN_ESCAPE);
      noteSubject(c, row, { action: "POST /project/:id/erase_person" });
      const { viewer } = c.var.caller;
      return c.json(toDeletionResponse(await eraseUser(deps, viewer.accountId, row, userId)), 202);
    },
  });
}

function notAllowed(allow: string): AppError {
  return new AppError("method_not_allowed", 'Method "POST" not allowed.', { headers: { Allow: allow } });
}

/** The address names no project, so a key must. */
async function projectOfKey({ db }: RouteDeps, c: ApiContext) {
  const { viewer } = c.var.caller;
  if (!viewer.key) throw permissionDenied("Send an API key: the address names no project.");
  return getRow(db, projects, viewer, viewer.key.projectId);
}
