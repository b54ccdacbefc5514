/** How much a stored event weighs in training data. */
import type { WeightRule } from "#contract/weight-rule.ts";
import { BELOW_LIKES_FROM, weighInteraction } from "#engine/data/weigh-interaction.ts";
import type { StoredEvent } from "./stored-event.ts";

export interface EventWeights {
  /** By type; events of other types do not count. */
  readonly weights: Readonly<Record<string, number>>;
  /** What the values are; absent if ratings alone have one. */
  readonly rule?: WeightRule | undefined;
}

/** What keeps an event out of the data without an error. */
export const NO_WEIGHT = "has an event without a weight";

/** Whether an event of this outcome is left out because the project says so. */
export function isLeftOut(outcome: number | string): boolean {
  return outcome === NO_WEIGHT || outcome === BELOW_LIKES_FROM;
}

/** The weight of an event, or why it has none: what keeps it out, or what is wrong with its value. */
export function weighEvent(
  { type, value }: Pick<StoredEvent, "type" | "value">,
  { weights, rule }: EventWeights,
): number | string {
  const factor = Object.hasOwn(weights, type) ? weights[type] : undefined;
  if (factor === undefined) return NO_WEIGHT;
  if (rule) return weighInteraction(rule, { type, value, factor });
  return factor * (type === "rating" ? (value ?? 1) : 1);
}
