/** A model's figures beside those of popularity and of the model that was live, measured on one test part. Pure. */
import type { FinalMetrics } from "#contract/tuning-job.ts";

export type RivalName = "popularity" | "serving";

export interface Figure {
  readonly value: number;
  /** The 95 % range; null for measurements from before it was kept. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface Compared {
  readonly rival: RivalName;
  /** model / rival; null where the rival found nothing. */
  readonly ratio: number | null;
  /** `unclear`: the figures do not tell the two apart. */
  readonly outcome: "better" | "unclear" | "worse";
}

export function figureOf(metrics: FinalMetrics, who: "winner" | RivalName, name: string): Figure | null {
  const value = metrics[who]?.[name];
  if (value === undefined) return null;
  const range = metrics.intervals?.[who]?.[name];
  return { value, low: range?.low ?? null, high: range?.high ?? null };
}

/**
 * The model against a rival by a metric that is better when it is higher; null where one was not measured. They differ where the 95 %
 * interval of their difference on the same people does not hold 0. In measurements from before that was kept, where their ranges do not
 * overlap; without ranges, where the figures are not equal.
 */
export function compareBy(metrics: FinalMetrics, rival: RivalName, name: string): Compared | null {
  const [own, other] = [figureOf(metrics, "winner", name), figureOf(metrics, rival, name)];
  if (!own || !other) return null;
  const ratio = other.value > 0 ? own.value / other.value : null;
  const difference = metrics.differences?.[rival]?.[name];
  if (difference) return { rival, ratio, outcome: outcomeOf(difference) };
  const [ownLow, ownHigh] = [own.low ?? own.value, own.high ?? own.value];
  const [low, high] = [other.low ?? other.value, other.high ?? other.value];
  const outcome = ownLow > high ? "better" : ownHigh < low ? "worse" : "unclear";
  return { rival, ratio, outcome };
}

/** What the 95 % interval of a difference says. */
export function outcomeOf({
  low,
  high,
}: {
  readonly low: number;
  readonly high: number;
}): Compared["outcome"] {
  if (low > 0) return "better";
  return high < 0 ? "worse" : "unclear";
}

/** Whether a higher value of a metric is a better list; the others describe lists, and are neither better nor worse alone. */
export function isHigherBetter(name: string): boolean {
  return /^(?:ndcg|recall|precision|map|hit|mrr)@/.test(name);
}

/** Whether a metric counts what people took next, so that a ratio of it is one of found items. */
export function countsFound(name: string): boolean {
  return /^(?:recall|hit|precision)@/.test(name);
}
