import { popularQuery } from "#contract/recommend.ts";
import { jsonAnswer } from "../http/answer.ts";
import { parsePart } from "../http/validation.ts";
import { callerOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import type { RouteHandlers } from "./route.ts";
import { v1Answer } from "./v1-answer.ts";

/** `GET /v1/popular`: the same list for everybody. */
export const popularRoute: RouteHandlers = {
  async handle(c) {
    const { projectId } = await callerOf(c, "predict");
    const query = parsePart(popularQuery, c.req.query(), "query");
    const { limit, offset, include_metadata, filter, window } = query;
    const hasMetadata = include_metadata === "true";
    const call = {
      request: { limit, offset },
      slot: undefined,
      window,
      hasMetadata,
      rules: { filter, place: ["query"] },
    };
    return jsonAnswer(await v1Answer(c, projectId, call));
  },
  crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("GET") },
};
