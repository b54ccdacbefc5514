import { recommendRequest } from "#contract/recommend.ts";
import { jsonAnswer } from "../http/answer.ts";
import { parsePart, readJson } from "../http/validation.ts";
import { userFor } from "../serving/caller.ts";
import { callerOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import { namedItems } from "./named-items.ts";
import type { RouteHandlers } from "./route.ts";
import { v1Answer } from "./v1-answer.ts";
import { callOfRecommend } from "./v1-call.ts";

/** `POST /v1/recommend`: for a user, for what somebody did just now, or for nobody in particular. */
export const recommendRoute: RouteHandlers = {
  async handle(c) {
    const caller = await callerOf(c, "predict");
    const body = parsePart(recommendRequest, await readJson(c.req.raw), "body");
    const user_id = userFor(caller, body.user_id);
    const named = await namedItems(c.get("serving"), caller.projectId, body.similar_to ?? {});
    return jsonAnswer(await v1Answer(c, caller.projectId, callOfRecommend({ ...body, user_id }, named)));
  },
  crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("POST") },
};
