import type { Context } from "hono";
import type { RecommendationsResponse } from "#contract/inference.ts";
import { SERVING_ROUTES } from "#contract/serving-routes.ts";
import { parseQuery } from "../http/address.ts";
import { jsonAnswer } from "../http/answer.ts";
import { userFor } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { callOf } from "./call-of.ts";
import { callerOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import { listStrategyOf, noSlots } from "./list-strategy.ts";
import type { RouteHandlers } from "./route.ts";

/** `GET /recommendations/{user_id}?limit&offset`: the K-pop service's route and shape, for the project of the API key. */
export const recommendationsRoute: RouteHandlers = {
  handle: recommendations,
  crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("GET") },
};

async function recommendations(c: Context<ServingContext>): Promise<Response> {
  const serving = c.get("serving");
  const caller = await callerOf(c, "predict");
  const { projectId } = caller;
  const userId = userFor(caller, c.req.param("user_id") ?? "");
  const { limit, offset } = parseQuery(c.req, SERVING_ROUTES.recommendations.query);
  const served = await serving.recommend(projectId, { userId, offset, limit }, callOf(c));
  if (!served) throw noSlots();
  const metadata = await serving.describe(
    projectId,
    served.items.map((item) => item.itemId),
  );
  const response: RecommendationsResponse = {
    user_id: userId,
    recommendations: served.items.map(({ itemId, score, isFilled }, at) => ({
      post_id: itemId,
      score,
      ...(isFilled && { filled: true }),
      metadata: toPostMetadata(metadata[at] ?? null),
    })),
    pagination: { total: served.total, limit, offset, has_more: offset + limit < served.total },
    strategy: served.strategy === "cold_start" ? served.strategy : listStrategyOf(served),
  };
  return jsonAnswer(response);
}

const LIST_SEPARATOR = "|";

/** A metadata row in the shape of a post: the community separately, and `tags` as a list. */
function toPostMetadata(
  row: Record<string, unknown> | null,
): RecommendationsResponse["recommendations"][number]["metadata"] {
  const { communityId, community, ...rest } = row ?? {};
  const community_id = communityId ?? community;
  const { tags } = rest;
  if (typeof tags === "string") rest.tags = tags.split(LIST_SEPARATOR).filter(Boolean);
  return { metadata: rest, communityId: toText(community_id) };
}

/** A value of a metadata file as text; lists and objects as their JSON. */
function toText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
