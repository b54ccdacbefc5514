/** Lists in the shape of `/v1`. */
import type { Context } from "hono";
import type { EmptyReason, ItemStrategy, RecommendResponse } from "#contract/recommend.ts";
import type { RecommendationRequest, RecommendedItem } from "#engine/serve/recommendation.ts";
import type { CountedBy } from "../memory/counted-by.ts";
import type { LiveProfile } from "../memory/live-items.ts";
import type { UserAct } from "../serving/event-rules.ts";
import type { CallRules } from "../serving/rules-of-call.ts";
import type { ServedList } from "../serving/serving.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { ModelFreeList } from "../serving/without-model.ts";
import { callOf } from "./call-of.ts";

export interface V1Call {
  readonly request: RecommendationRequest;
  /** Of the user, where it was asked before. */
  readonly live?: LiveProfile;
  /** What the user did in this session. */
  readonly acts?: readonly UserAct[];
  readonly slot: string | number | undefined;
  readonly hasMetadata: boolean;
  /** Whether the list may explore. */
  readonly explores?: boolean;
  /** Whose events make items popular. */
  readonly counted?: CountedBy;
  readonly rules: CallRules;
  /** Remarks about the request itself; they join those about the list. */
  readonly warnings?: readonly string[];
}

/** Serves one request. A project without a model gets what is popular and what is new. */
export async function v1Answer(
  c: Context<ServingContext>,
  projectId: number,
  { request, live, acts, slot, hasMetadata, rules, counted, warnings = [], explores = false }: V1Call,
): Promise<RecommendResponse> {
  const serving = c.get("serving");
  const own = { ...(live && { live }), ...(counted && { counted }), ...(acts && { acts }), explores };
  const call = { ...callOf(c, slot, rules), ...own };
  const asked = { ...request, asScored: false };
  const served = await serving.recommend(projectId, asked, call);
  const found = served ?? (await serving.recommendWithoutModel(projectId, asked, call));
  const list = { ...found, warnings: [...warnings, ...found.warnings] };
  const ids = list.items.map(({ itemId }) => itemId);
  const metadata = hasMetadata ? await serving.describe(projectId, ids) : null;
  if (hasMetadata) c.get("timing").end("describe");
  return { ...toAnswer(c.get("requestId"), list, { metadata, counted }), ...originOf(served) };
}

interface Described {
  /** Of each item; null if it was not asked for. */
  readonly metadata: readonly (Record<string, unknown> | null)[] | null;
  readonly counted: CountedBy | undefined;
}

function toAnswer(requestId: string, list: ServedList | ModelFreeList, { metadata, counted }: Described) {
  const items = list.items.map((item, at) => ({
    item_id: item.itemId,
    score: item.score,
    strategy: strategyOf(list, item, counted),
    ...("slotId" in item && { slot_id: item.slotId }),
    ...(item.propensity !== undefined && { propensity: item.propensity }),
    ...(item.reasons && { reasons: item.reasons.map(toReason) }),
    ...(metadata && { metadata: metadata[at] ?? null }),
  }));
  return {
    request_id: requestId,
    items,
    strategy: items[0]?.strategy ?? null,
    total: list.total,
    live_events: list.liveEvents,
    ...(items.length === 0 && { reason: emptyReasonOf(list) }),
    ...(list.warnings.length > 0 && { warnings: [...list.warnings] }),
  };
}

/** What answered; null in each field without a model. */
function originOf(served: ServedList | null) {
  return {
    model_id: served?.model.id ?? null,
    model_version: served?.model.version ?? null,
    slot_id: served?.slot.id ?? null,
    slot_name: served?.slot.name ?? null,
    propensity: served?.propensity ?? null,
    ...(served?.experiment && { experiment_id: served.experiment.id }),
    ...(served?.isHeldOut !== undefined && { held_out: served.isHeldOut }),
  };
}

function strategyOf(
  list: ServedList | ModelFreeList,
  item: RecommendedItem,
  counted: CountedBy | undefined,
): ItemStrategy {
  if (item.isExplored) return "explore";
  if (item.isSimilar) return "similar";
  if (item.isPopularNow) return counted?.order === "growth" ? "trending" : "popular_now";
  if (item.isNew) return "newest";
  if (item.isFilled) return "popular";
  return item.isByFeatures ? "features" : list.strategy;
}

export function toReason(reason: NonNullable<RecommendedItem["reasons"]>[number]) {
  if (!("itemId" in reason)) return reason;
  const { itemId, ...weight } = reason;
  return { item_id: itemId, ...weight };
}

function emptyReasonOf(list: ServedList | ModelFreeList): EmptyReason {
  if ("hasItems" in list && !list.hasItems) return "no_model";
  return list.total === 0 ? "all_left_out" : "past_the_end";
}
