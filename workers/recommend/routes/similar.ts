import { similarRequest } from "#contract/recommend.ts";
import { jsonAnswer } from "../http/answer.ts";
import { parsePart, readJson } from "../http/validation.ts";
import { callerOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import { namedItems } from "./named-items.ts";
import type { RouteHandlers } from "./route.ts";
import { v1Answer } from "./v1-answer.ts";
import { callOfSimilar } from "./v1-call.ts";

/** `POST /v1/similar`: items that are similar to some items, the most popular ones after them. */
export const similarRoute: RouteHandlers = {
  async handle(c) {
    const { projectId } = await callerOf(c, "predict");
    const body = parsePart(similarRequest, await readJson(c.req.raw), "body");
    const named = await namedItems(c.get("serving"), projectId, body);
    return jsonAnswer(await v1Answer(c, projectId, callOfSimilar(body, named)));
  },
  crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("POST") },
};
