import type { Context } from "hono";
import * as z from "zod";
import { MAX_BATCH_ITEMS, MAX_BATCH_REQUESTS } from "#contract/limits.ts";
import {
  type BatchResponse,
  type RecommendResponse,
  recommendRequest,
  similarRequest,
} from "#contract/recommend.ts";
import { jsonAnswer } from "../http/answer.ts";
import { ServingError } from "../http/errors.ts";
import { parsePart, readJson } from "../http/validation.ts";
import { type Caller, userFor } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { callerOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import { namedItems } from "./named-items.ts";
import type { RouteHandlers } from "./route.ts";
import { type V1Call, v1Answer } from "./v1-answer.ts";
import { callOfRecommend, callOfSimilar } from "./v1-call.ts";

/** As many connections as a Worker may have open at once. */
const LISTS_AT_ONCE = 6;

/** `batchRequest` without its requests. Each request is read by its own schema, so that an error names the field. */
const envelope = z.strictObject({ requests: z.array(z.unknown()).min(1).max(MAX_BATCH_REQUESTS) });

/** `POST /v1/batch`: several requests of `/v1/recommend` and `/v1/similar` in one call. */
export const batchRoute: RouteHandlers = {
  handle: batch,
  crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("POST") },
};

async function batch(c: Context<ServingContext>): Promise<Response> {
  const caller = await callerOf(c, "predict");
  const { requests } = parsePart(envelope, await readJson(c.req.raw), "body");
  const calls = await Promise.all(requests.map((raw, at) => callAt(c, caller, raw, at)));
  const items = calls.reduce((sum, { request }) => sum + request.limit, 0);
  if (items > MAX_BATCH_ITEMS) {
    const msg = `The limits of all requests add up to ${items}, more than ${MAX_BATCH_ITEMS}`;
    throw new ServingError(422, [{ type: "value_error", loc: ["body", "requests"], msg, input: items }]);
  }
  const answers = await answersTo(c, caller.projectId, calls);
  const response: BatchResponse = { request_id: c.get("requestId"), answers };
  return jsonAnswer(response);
}

/**
 * The people's event shards are asked at the same time, before any list is made: an answer that waits behind the lists of others
 * would count as late. Then some lists at a time, so that their reads of R2 do not wait for each other.
 */
async function answersTo(
  c: Context<ServingContext>,
  projectId: number,
  calls: readonly V1Call[],
): Promise<RecommendResponse[]> {
  const serving = c.get("serving");
  const asked = await Promise.all(
    calls.map(async (call) => ({ ...call, live: await serving.liveOf(projectId, call.request.userId) })),
  );
  const answers: RecommendResponse[] = [];
  for (let from = 0; from < asked.length; from += LISTS_AT_ONCE) {
    const some = asked.slice(from, from + LISTS_AT_ONCE);
    answers.push(...(await Promise.all(some.map((call) => v1Answer(c, projectId, call)))));
  }
  return answers;
}

async function callAt(c: Context<ServingContext>, caller: Caller, raw: unknown, at: number): Promise<V1Call> {
  const place = ["requests", at] as const;
  const named = (items: Parameters<typeof namedItems>[2]) =>
    namedItems(c.get("serving"), caller.projectId, items);
  const isSimilar = typeof raw === "object" && raw !== null && ("item_ids" in raw || "title" in raw);
  if (isSimilar) {
    const body = parsePart(similarRequest, raw, "body", place);
    return callOfSimilar(body, await named(body), place);
  }
  const body = parsePart(recommendRequest, raw, "body", place);
  const own = { ...body, user_id: userFor(caller, body.user_id) };
  return callOfRecommend(own, await named(body.similar_to ?? {}), place);
}
