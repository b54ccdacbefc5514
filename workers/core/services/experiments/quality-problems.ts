/** What the rule of a project tells of a slot's day, in sentences. */
import type { QualityRule, SlotCounts } from "#contract/quality.ts";
import { driftOf, dropOf, figuresOf } from "#engine/experiment/slot-quality.ts";

/** None where the day, or the days before it together, have fewer lists than the rule wants. */
export function problemsOf(rule: QualityRule, now: SlotCounts, before: SlotCounts): string[] {
  if (now.lists < rule.least_lists || before.lists < rule.least_lists) return [];
  const { clickThrough, ndcg } = dropOf(now, before);
  const drift = driftOf(now, before);
  const { cold_share: cold } = figuresOf(now);
  const above = (value: number | null, bound: number | null) =>
    value !== null && bound !== null && value > bound;
  return [
    ...(above(clickThrough, rule.click_through_drop)
      ? [`The click-through is ${percent(clickThrough)} below that of the seven days before.`]
      : []),
    ...(above(ndcg, rule.ndcg_drop)
      ? [`The ndcg is ${percent(ndcg)} below that of the seven days before.`]
      : []),
    ...(above(cold, rule.cold_share)
      ? [`${percent(cold)} of the lists are for people of whom the model knows nothing.`]
      : []),
    ...(above(drift.scores, rule.score_drift)
      ? [`The scores have changed: their stability index is ${drift.scores?.toFixed(2)}.`]
      : []),
    ...(above(drift.items, rule.item_drift)
      ? [`Other items are shown: the divergence is ${drift.items?.toFixed(2)}.`]
      : []),
  ];
}

function percent(share: number | null): string {
  return `${((share ?? 0) * 100).toFixed(1)} %`;
}
