import type { Context } from "hono";
import { BROWSER_SCOPES } from "#contract/key-scopes.ts";
import { type UserTokenResponse, userTokenRequest } from "#contract/user-token.ts";
import { idText } from "#reading/clean-id.ts";
import { jsonAnswer } from "../http/answer.ts";
import { addressOf } from "../http/caller-address.ts";
import { ServingError } from "../http/errors.ts";
import { parsePart, readJson } from "../http/validation.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { RouteHandlers } from "./route.ts";

/** `POST /v1/user_tokens`: a token for the page of one user. Pages of other origins may not call it: a secret key is in no page. */
export function userTokensRoute(now: () => number): RouteHandlers {
  return { handle: (c) => mint(c, now) };
}

async function mint(c: Context<ServingContext>, now: () => number): Promise<Response> {
  const serving = c.get("serving");
  const key = c.req.header("X-API-Key");
  const record = await serving.accept(key, BROWSER_SCOPES, addressOf(c));
  if (record.browser) throw new ServingError(403, "A browser key makes no user tokens: ask from a server");
  const { user_id, ttl } = parsePart(userTokenRequest, await readJson(c.req.raw), "body");
  const userId = idText(user_id, true);
  if (userId === null) {
    const msg = "The id is empty, or has a control character in it";
    throw new ServingError(422, [{ type: "value_error", loc: ["body", "user_id"], msg, input: user_id }]);
  }
  const expiresAt = (Math.floor(now() / 1000) + ttl) * 1000;
  const response: UserTokenResponse = {
    token: await serving.mintUserToken(key ?? "", record, userId, expiresAt),
    user_id: userId,
    expires_at: new Date(expiresAt).toISOString(),
    request_id: c.get("requestId"),
  };
  return jsonAnswer(response);
}
