/** Requests of `/v1` as serving takes them. */
import type { RecommendRequest, SimilarRequest } from "#contract/recommend.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import type { UserAct } from "../serving/event-rules.ts";
import type { CallRules } from "../serving/rules-of-call.ts";
import type { V1Call } from "./v1-answer.ts";

type Common = Omit<SimilarRequest, "item_ids">;

type Place = readonly (string | number)[];

/** @param place Where the body lies, for refusals. */
export function callOfRecommend(body: RecommendRequest, place: Place = []): V1Call {
  const { user_id: userId, items = [], session = [], reasons } = body;
  const given = items.map(({ item_id: itemId, weight }): ProfileEvent => ({ itemId, weight, at: null }));
  const acts = session.map(({ item_id: itemId, type, at }): UserAct => ({ itemId, type, at: at ?? null }));
  const request = {
    ...requestOf(body),
    ...(userId !== undefined && { userId }),
    events: given,
    similar: "after_profile" as const,
    ...(reasons > 0 && { reasons }),
  };
  return { request, acts, slot: body.slot, hasMetadata: body.include_metadata, rules: rulesOf(body, place) };
}

export function callOfSimilar(body: SimilarRequest, place: Place = []): V1Call {
  const request = { ...requestOf(body), itemIds: body.item_ids, similar: "only" as const };
  return { request, slot: body.slot, hasMetadata: body.include_metadata, rules: rulesOf(body, place) };
}

function rulesOf({ filter, boost, user, context }: Common, place: Place): CallRules {
  return { filter, boosts: boost, user, context, place: ["body", ...place] };
}

function requestOf({ limit, offset, exclude, diversity }: Common) {
  return {
    limit,
    offset,
    ...(exclude && { exclude }),
    ...(diversity > 0 && { diversity: { share: diversity, groupOf: null } }),
  };
}
