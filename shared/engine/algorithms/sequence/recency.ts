/** How much each item of a profile counts by how long ago it was taken. */
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Profile } from "../fit/algorithm.ts";

export interface RecencyRule {
  /** Interactions back after which an item counts 1/e of the newest; 0: the newest alone counts, beside `floor`. */
  readonly steps: number;
  /** The least share of an item, however many interactions ago. */
  readonly floor: number;
  /** Days after which an item counts 1/e as much; null where days do not matter. */
  readonly days: number | null;
}

/** The least share of an item, however many days ago. */
const LEAST_BY_DAYS = 0.05;

/** Distinct items, the newest first, and the amount of each. */
export interface Amounts {
  readonly items: readonly number[];
  readonly amounts: readonly number[];
}

/**
 * amount = max(e^(−back / steps), floor) · max(e^(−days ago / days), .05), where `back` counts interactions from the newest one, 0. A
 * repeated item counts once, where it is newest. Without an order all items count alike.
 */
export function amountsOf({ indices, recent }: Profile, rule: RecencyRule): Amounts {
  if (!recent) return { items: [...indices], amounts: new Array<number>(indices.length).fill(1) };
  const { items: order, daysAgo } = recent;
  const items: number[] = [];
  const amounts: number[] = [];
  const met = new Set<number>();
  for (let place = order.length - 1; place >= 0; place--) {
    const item = order[place] as number;
    if (met.has(item)) continue;
    met.add(item);
    const amount = shareOf(order.length - 1 - place, rule) * shareOfDays(daysAgo?.[place], rule.days);
    if (amount < LEAST_AMOUNT) continue;
    items.push(item);
    amounts.push(amount);
  }
  return { items, amounts };
}

/** An item that counts less than this beside the newest changes no list. */
const LEAST_AMOUNT = 1e-6;

function shareOf(back: number, { steps, floor }: RecencyRule): number {
  const share = steps > 0 ? Math.exp(-back / steps) : Number(back === 0);
  return Math.max(share, floor);
}

function shareOfDays(ago: number | undefined, days: number | null): number {
  if (days === null || ago === undefined || Number.isNaN(ago)) return 1;
  return Math.max(Math.exp(-ago / days), LEAST_BY_DAYS);
}

/** The rule of an algorithm that has `RECENCY` among its parameters. */
export function recencyRuleOf(params: AlgorithmParams): RecencyRule {
  const days = params.recency_days;
  return {
    steps: Number(params.recency_steps),
    floor: Number(params.recency_floor),
    days: days === null || days === undefined ? null : Number(days),
  };
}

/** As numbers, for a section of settings; 0 for days that do not matter. */
export const recencyNumbers = ({ steps, floor, days }: RecencyRule): number[] => [steps, floor, days ?? 0];

export function recencyOfNumbers([steps = 0, floor = 0, days = 0]: readonly number[]): RecencyRule {
  return { steps, floor, days: days > 0 ? days : null };
}
