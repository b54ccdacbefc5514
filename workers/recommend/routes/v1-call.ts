/** Requests of `/v1` as serving takes them. */
import type { RecommendRequest, SimilarRequest } from "#contract/recommend.ts";
import type { ProfileEvent } from "#engine/serve/user-profile.ts";
import type { UserAct } from "../serving/event-rules.ts";
import type { CallRules } from "../serving/rules-of-call.ts";
import type { NamedItems } from "./named-items.ts";
import type { V1Call } from "./v1-answer.ts";

type Common = Omit<SimilarRequest, "item_ids" | "title">;

type Place = readonly (string | number)[];

/**
 * @param named The items of `similar_to`.
 * @param place Where the body lies, for refusals.
 */
export function callOfRecommend(body: RecommendRequest, named: NamedItems, place: Place = []): V1Call {
  const { user_id: userId, items = [], session = [], reasons } = body;
  const given = items.map(({ item_id: itemId, weight }): ProfileEvent => ({ itemId, weight, at: null }));
  const acts = session.map(({ item_id: itemId, type, at }): UserAct => ({ itemId, type, at: at ?? null }));
  const request = {
    ...requestOf(body),
    ...(userId !== undefined && { userId }),
    events: given,
    similar: "after_profile" as const,
    ...(reasons > 0 && { reasons }),
    ...(body.similar_to && { similarTo: { itemIds: named.itemIds, share: body.similar_to.share } }),
    // Nobody looks for the item that is looked at.
    ...(body.similar_to && { exclude: [...(body.exclude ?? []), ...named.itemIds] }),
  };
  const { warnings } = named;
  const rules = rulesOf(body, place);
  return {
    request,
    acts,
    slot: body.slot,
    hasMetadata: body.include_metadata,
    rules,
    warnings,
    explores: true,
  };
}

export function callOfSimilar(
  body: SimilarRequest,
  { itemIds, warnings }: NamedItems,
  place: Place = [],
): V1Call {
  const request = { ...requestOf(body), itemIds: [...itemIds], similar: "only" as const };
  return {
    request,
    slot: body.slot,
    hasMetadata: body.include_metadata,
    rules: rulesOf(body, place),
    warnings,
  };
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
