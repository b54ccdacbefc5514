/** What the routes of the originals say of a list. */
import type { Strategy } from "#contract/inference.ts";
import type { RecommendationList } from "#engine/serve/recommendation.ts";
import { ServingError } from "../http/errors.ts";

/**
 * These routes know three strategies: a list by similarity is one by the items of the request, one by properties is the user's own, and one by
 * the rules for new people stands where popular items would.
 */
export function listStrategyOf({ strategy }: Pick<RecommendationList, "strategy">): Strategy {
  if (strategy === "features") return "personal";
  if (strategy === "cold_start") return "popular";
  return strategy === "similar" ? "profile" : strategy;
}

export function unknownUser(userId: string): ServingError {
  return new ServingError(404, `User '${userId}' not found in model`);
}

export function noSlots(): ServingError {
  return new ServingError(404, "No active deployment slots for project");
}
