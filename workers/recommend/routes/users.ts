import type { Context } from "hono";
import type { KeyScope } from "#contract/api-key.ts";
import { userPropertiesRequest } from "#contract/user-properties.ts";
import type { UserWrite } from "#jobs/event-shard/user-properties.ts";
import { jsonAnswer } from "../http/answer.ts";
import { addressOf } from "../http/caller-address.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import { ServingError } from "../http/errors.ts";
import { parsePart, readJson } from "../http/validation.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { Users } from "../users/users.ts";
import { noteKey } from "./caller-of.ts";
import type { RouteHandlers } from "./route.ts";

const READ: readonly KeyScope[] = ["items", "read", "write"];
const WRITE: readonly KeyScope[] = ["items", "write"];

/** The routes of one user's properties. Keys of pages have no scope for them. The management API erases and merges users. */
export function userRoutes(users: Users) {
  const write = (kind: UserWrite["kind"]) => ({
    async handle(c: Context<ServingContext>) {
      const projectId = await projectOf(c, WRITE);
      const userId = idOfPath(c);
      const { properties } = parsePart(userPropertiesRequest, await readJson(c.req.raw), "body");
      return jsonAnswer(await users.write(projectId, { kind, userId, properties }));
    },
  });
  return {
    user_replace: write("replace"),
    user_change: write("merge"),
    user_retrieve: {
      async handle(c) {
        const projectId = await projectOf(c, READ);
        const user = await users.find(projectId, idOfPath(c));
        if (!user) throw new ServingError(404, "Nothing is known of this user");
        return jsonAnswer(user);
      },
    },
  } satisfies Record<string, RouteHandlers>;
}

async function projectOf(c: Context<ServingContext>, scopes: readonly KeyScope[]): Promise<number> {
  const key = await c.get("serving").authenticate(c.req.header("X-API-Key"), scopes, addressOf(c));
  noteKey(c, key);
  return key.project_id;
}

function idOfPath(c: Context<ServingContext>): string {
  return cleanedId(c.req.param("user_id") ?? "", ["path", "user_id"]);
}
