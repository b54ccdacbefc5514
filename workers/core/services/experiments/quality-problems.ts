/** What the rule of a project tells of a slot's day. */
import type { QualityRule, SlotCounts } from "#contract/quality.ts";
import { driftOf, dropOf, figuresOf } from "#engine/experiment/slot-quality.ts";

export interface QualityProblem {
  readonly metric: "click_through" | "ndcg" | "cold_share" | "score_drift" | "item_drift";
  readonly value: number;
  /** That of the days before, or the bound. */
  readonly expected: number;
  /** For people, a sentence. */
  readonly text: string;
}

/** None where the day, or the days before it together, have fewer lists than the rule wants. */
export function problemsOf(rule: QualityRule, now: SlotCounts, before: SlotCounts): QualityProblem[] {
  if (now.lists < rule.least_lists || before.lists < rule.least_lists) return [];
  const [today, past] = [figuresOf(now), figuresOf(before)];
  const { clickThrough, ndcg } = dropOf(now, before);
  const { scores, items } = driftOf(now, before);
  const dropped = (
    metric: "click_through" | "ndcg",
    drop: number | null,
    bound: number | null,
  ): QualityProblem[] => {
    if (drop === null || bound === null || drop <= bound) return [];
    const name = metric === "ndcg" ? "ndcg" : "click-through";
    const text = `The ${name} is ${percent(drop)} below that of the seven days before.`;
    return [{ metric, value: today[metric] ?? 0, expected: past[metric] ?? 0, text }];
  };
  const above = (
    metric: "cold_share" | "score_drift" | "item_drift",
    value: number | null,
    textOf: (value: number) => string,
  ): QualityProblem[] => {
    const expected = rule[metric];
    if (value === null || expected === null || value <= expected) return [];
    return [{ metric, value, expected, text: textOf(value) }];
  };
  return [
    ...dropped("click_through", clickThrough, rule.click_through_drop),
    ...dropped("ndcg", ndcg, rule.ndcg_drop),
    ...above(
      "cold_share",
      today.cold_share,
      (share) => `${percent(share)} of the lists are for people of whom the model knows nothing.`,
    ),
    ...above(
      "score_drift",
      scores,
      (index) => `The scores have changed: their stability index is ${index.toFixed(2)}.`,
    ),
    ...above("item_drift", items, (value) => `Other items are shown: the divergence is ${value.toFixed(2)}.`),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
