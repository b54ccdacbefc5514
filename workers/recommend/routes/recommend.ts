import { recommendRequest } from "#contract/recommend.ts";
import { jsonAnswer } from "../http/answer.ts";
import { parsePart, readJson } from "../http/validation.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import type { RouteHandlers } from "./route.ts";
import { projectOfKey, v1Answer } from "./v1-answer.ts";
import { callOfRecommend } from "./v1-call.ts";

/** `POST /v1/recommend`: for a user, for what somebody did just now, or for nobody in particular. */
export const recommendRoute: RouteHandlers = {
  async handle(c) {
    const projectId = await projectOfKey(c);
    const body = parsePart(recommendRequest, await readJson(c.req.raw), "body");
    return jsonAnswer(await v1Answer(c, projectId, callOfRecommend(body)));
  },
  crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("POST") },
};
