import type { z } from "zod";
import { popularQuery, trendingQuery } from "#contract/recommend.ts";
import type { CountGroup } from "#jobs/event-shard/event-counts.ts";
import { parseQuery } from "../http/address.ts";
import { jsonAnswer } from "../http/answer.ts";
import type { CountedBy } from "../memory/counted-by.ts";
import { callerOf } from "./caller-of.ts";
import { crossOriginByKey, preflightByKey } from "./cross-origin.ts";
import type { RouteHandlers } from "./route.ts";
import { v1Answer } from "./v1-answer.ts";

/** `GET /v1/popular`: the same list for everybody, by the number of events. */
export const popularRoute = crowdRoute(popularQuery, "count");

/** `GET /v1/trending`: the same list for everybody, by the growth of that number. */
export const trendingRoute = crowdRoute(trendingQuery, "growth");

function crowdRoute(
  schema: typeof popularQuery | typeof trendingQuery,
  order: CountedBy["order"],
): RouteHandlers {
  return {
    async handle(c) {
      const { projectId } = await callerOf(c, "predict");
      const query = parseQuery(c.req, schema);
      const { limit, offset, include_metadata, filter, window } = query;
      const hasMetadata = include_metadata === "true";
      const call = {
        request: { limit, offset },
        slot: undefined,
        counted: { window, group: groupOf(query), order },
        hasMetadata,
        rules: { filter, place: ["query"] },
      };
      return jsonAnswer(await v1Answer(c, projectId, call));
    },
    crossOrigin: { grant: crossOriginByKey, preflight: preflightByKey("GET") },
  };
}

function groupOf({ category, country }: z.output<typeof popularQuery>): CountGroup {
  if (category !== undefined) return `category=${category}`;
  return country === undefined ? "" : `country=${country}`;
}
