import type { Context } from "hono";
import { userPropertiesRequest } from "#contract/user-properties.ts";
import type { UserWrite } from "#jobs/event-shard/user-properties.ts";
import { jsonAnswer } from "../http/answer.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import { ServingError } from "../http/errors.ts";
import { parsePart, readJson } from "../http/validation.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { Users } from "../users/users.ts";
import { projectOf, READ, WRITE } from "./catalogue-key.ts";
import type { RouteHandlers } from "./route.ts";

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

function idOfPath(c: Context<ServingContext>): string {
  return cleanedId(c.req.param("user_id") ?? "", ["path", "user_id"]);
}
