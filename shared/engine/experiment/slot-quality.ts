/**
 * How the lists of each slot did in a day, from what was shown and what people then did with it. Counts can be added over shards; the figures are made
 * of the sums.
 */
import type { SlotCounts } from "#contract/quality.ts";
import { EarlyActs } from "./early-acts.ts";
import { effectOf } from "./effect.ts";
import { fixedTest, proportionsTest } from "./fixed-test.ts";
import { DistinctCount } from "./statistics/distinct-count.ts";
import { meanSample } from "./statistics/sample.ts";

/** An event as the watch reads it; those of a person come in the order in which they arrived. */
export interface WatchedEvent {
  readonly who: string;
  readonly type: string;
  /** Hash of the item, 32 bits. */
  readonly item: number;
  readonly requestId: string;
  /** Present for an item that was shown. */
  readonly shown?: {
    readonly slotId: number;
    /** In the list, from 0. */
    readonly position: number;
    /** Of the list, at its first item. */
    readonly isCold?: boolean;
    readonly score?: number;
  };
}

/** Ranks that have figures of their own; later ones are added up in the last. */
export const WATCHED_RANKS = 20;
/** Groups of items by hash, for the drift of what is shown. */
const ITEM_GROUPS = 64;
/** Groups of scores by their order of magnitude, a quarter of a power of ten each. */
const SCORE_GROUPS = 40;
const LISTS_IN_MEMORY = 200_000;

interface List {
  readonly slotId: number;
  readonly positions: Map<number, number>;
  readonly taken: Set<number>;
  readonly bought: Set<number>;
}

interface Open {
  lists: number;
  cold: number;
  readonly shown: number[];
  readonly items: DistinctCount;
  readonly itemGroups: number[];
  readonly scoreGroups: number[];
}

const zeros = (count: number) => new Array<number>(count).fill(0);

/** Counts the events of one shard and day. */
export class SlotWatch {
  readonly #slots = new Map<number, Open>();
  readonly #lists = new Map<string, List>();
  readonly #early = new EarlyActs<WatchedEvent>();
  readonly #takes: (type: string) => boolean;

  /** @param takes Whether somebody who does this wants the item. */
  constructor(takes: (type: string) => boolean) {
    this.#takes = takes;
  }

  add(event: WatchedEvent): void {
    const name = `${event.who} ${event.requestId}`;
    if (event.shown) this.#show(name, event, event.shown);
    else if (this.#takes(event.type)) this.#take(name, event);
  }

  /** By slot. */
  finish(): Map<number, SlotCounts> {
    const counts = new Map(
      [...this.#slots].map(([slotId, { items, ...open }]) => [
        slotId,
        {
          ...{ ...open, items: items.toText(), ranked: 0, ndcg: 0, ndcgSquares: 0 },
          ...{ taken: zeros(WATCHED_RANKS), bought: zeros(WATCHED_RANKS) },
        },
      ]),
    );
    for (const { slotId, taken, bought } of this.#lists.values()) {
      const of = counts.get(slotId);
      if (!of || taken.size === 0) continue;
      for (const position of taken) increase(of.taken, position);
      for (const position of bought) increase(of.bought, position);
      of.ranked++;
      const ndcg = ndcgOf(taken);
      of.ndcg += ndcg;
      of.ndcgSquares += ndcg * ndcg;
    }
    return counts;
  }

  #show(name: string, { item }: WatchedEvent, shown: NonNullable<WatchedEvent["shown"]>): void {
    const { slotId, position, isCold, score } = shown;
    const of = this.#slotOf(slotId);
    of.items.add(item);
    increase(of.shown, position);
    increase(of.itemGroups, item % ITEM_GROUPS);
    let list = this.#lists.get(name);
    if (!list) {
      of.lists++;
      list = { slotId, positions: new Map(), taken: new Set(), bought: new Set() };
      // A project with more lists is measured on its first ones of the day.
      if (this.#lists.size < LISTS_IN_MEMORY) this.#lists.set(name, list);
    }
    if (isCold) of.cold++;
    if (score !== undefined) increase(of.scoreGroups, scoreGroupOf(score));
    list.positions.set(item, position);
    for (const early of this.#early.take(`${name} ${item}`)) this.#take(name, early);
  }

  #take(name: string, event: WatchedEvent): void {
    const { item, type } = event;
    const list = this.#lists.get(name);
    const position = list?.positions.get(item);
    if (!list || position === undefined) {
      // What was taken may be stored before what was shown; the watch reads a day at once.
      this.#early.hold(`${name} ${item}`, event, 0);
      // The oldest of too many leave.
      Array.from(this.#early.overdue(0));
      return;
    }
    list.taken.add(position);
    if (type === "purchase") list.bought.add(position);
  }

  #slotOf(slotId: number): Open {
    const known = this.#slots.get(slotId);
    if (known) return known;
    const open: Open = {
      ...{ lists: 0, cold: 0, shown: zeros(WATCHED_RANKS), items: new DistinctCount() },
      ...{ itemGroups: zeros(ITEM_GROUPS), scoreGroups: zeros(SCORE_GROUPS) },
    };
    this.#slots.set(slotId, open);
    return open;
  }
}

export function addCounts(a: SlotCounts, b: SlotCounts): SlotCounts {
  const add = (of: readonly number[], with_: readonly number[]) =>
    of.map((count, at) => count + (with_[at] ?? 0));
  const items = new DistinctCount(a.items);
  items.join(new DistinctCount(b.items));
  return {
    ...{ lists: a.lists + b.lists, cold: a.cold + b.cold, ranked: a.ranked + b.ranked },
    ...{ ndcg: a.ndcg + b.ndcg, ndcgSquares: a.ndcgSquares + b.ndcgSquares },
    ...{ shown: add(a.shown, b.shown), taken: add(a.taken, b.taken), bought: add(a.bought, b.bought) },
    ...{ items: items.toText(), itemGroups: add(a.itemGroups, b.itemGroups) },
    scoreGroups: add(a.scoreGroups, b.scoreGroups),
  };
}

export interface SlotFigures {
  readonly lists: number;
  /** Items that were taken, of those shown; by rank, null where nothing was shown. */
  readonly click_through: number;
  readonly click_through_at: readonly (number | null)[];
  /** Items that were bought, of those shown. */
  readonly conversion: number;
  readonly conversion_at: readonly (number | null)[];
  /** Of lists with something that was taken: what was shown against what was taken. Null without any. */
  readonly ndcg: number | null;
  readonly ranked_lists: number;
  /** Different items, to about 2 %. */
  readonly items_shown: number;
  /** Lists for people of whom the model knows nothing. */
  readonly cold_share: number;
}

export function figuresOf(counts: SlotCounts): SlotFigures {
  const { lists, cold, shown, taken, bought, ranked, ndcg, items } = counts;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const share = (of: readonly number[]) => (sum(shown) > 0 ? sum(of) / sum(shown) : 0);
  const shareAt = (of: readonly number[]) =>
    shown.map((count, rank) => (count > 0 ? (of[rank] ?? 0) / count : null));
  return {
    ...{ lists, click_through: share(taken), click_through_at: shareAt(taken) },
    ...{ conversion: share(bought), conversion_at: shareAt(bought) },
    ...{ ndcg: ranked > 0 ? ndcg / ranked : null, ranked_lists: ranked },
    items_shown: new DistinctCount(items).estimate(),
    cold_share: lists > 0 ? cold / lists : 0,
  };
}

/** How likely at most such a drop is by chance. */
const CHANCE = 0.001;

/** By how much the click-through and the ndcg are below those of the days before, as shares of these; null where that may be chance. */
export function dropOf(
  now: SlotCounts,
  before: SlotCounts,
): { clickThrough: number | null; ndcg: number | null } {
  const rate = ({ shown, taken }: SlotCounts) => ({
    trials: shown.reduce((sum, count) => sum + count, 0),
    successes: taken.reduce((sum, count) => sum + count, 0),
  });
  const clicks = proportionsTest(rate(before), rate(now), 1 - CHANCE);
  const ndcg = ({ ranked: count, ndcg: sum, ndcgSquares: sumSquares }: SlotCounts) =>
    meanSample({ count, sum, sumSquares });
  const effect = effectOf(ndcg(before), ndcg(now), "relative");
  const isSure = effect !== null && fixedTest(effect, 1 - CHANCE).high < 0;
  return {
    clickThrough: clicks.significant && clicks.liftPercent < 0 ? -clicks.liftPercent / 100 : null,
    ndcg: isSure ? -effect.estimate : null,
  };
}

/** How far what a slot shows, and the scores of its first items, are from those of the days before; null without them. */
export function driftOf(
  now: SlotCounts,
  before: SlotCounts,
): { items: number | null; scores: number | null } {
  return {
    items: jensenShannon(now.itemGroups, before.itemGroups),
    scores: stabilityIndex(now.scoreGroups, before.scoreGroups),
  };
}

/** The divergence of Lin, "Divergence Measures Based on the Shannon Entropy" (1991), from 0, equal, to 1, nothing in common. */
export function jensenShannon(a: readonly number[], b: readonly number[]): number | null {
  const [p, q] = [sharesOf(a), sharesOf(b)];
  if (!p || !q) return null;
  const half = (from: readonly number[], to: readonly number[]) =>
    from.reduce((sum, share, at) => {
      const middle = (share + (to[at] ?? 0)) / 2;
      return share > 0 ? sum + share * Math.log2(share / middle) : sum;
    }, 0);
  return Math.max(0, (half(p, q) + half(q, p)) / 2);
}

/**
 * The population stability index Σ (p − q) ln(p / q), Siddiqi, "Credit Risk Scorecards" (2006): below .1 little, above .25 much. Half an
 * observation is added to each group, so that an empty one does not make it infinite.
 */
export function stabilityIndex(a: readonly number[], b: readonly number[]): number | null {
  const isUsed = a.map((count, at) => count > 0 || (b[at] ?? 0) > 0);
  const used = (counts: readonly number[]) =>
    counts.filter((_, at) => isUsed[at]).map((count) => count + 0.5);
  if (!sharesOf(a) || !sharesOf(b)) return null;
  const [p = [], q = []] = [sharesOf(used(a)) ?? [], sharesOf(used(b)) ?? []];
  return p.reduce((sum, share, at) => sum + (share - (q[at] ?? 0)) * Math.log(share / (q[at] ?? 1)), 0);
}

function sharesOf(counts: readonly number[]): number[] | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > 0 ? counts.map((count) => count / total) : null;
}

/** Of the taken ranks over that of the same number of ranks from the first on: Järvelin and Kekäläinen (2002), gains of 1. */
function ndcgOf(taken: ReadonlySet<number>): number {
  const gain = (rank: number) => 1 / Math.log2(rank + 2);
  let [sum, ideal] = [0, 0];
  for (const rank of taken) sum += gain(rank);
  for (let rank = 0; rank < taken.size; rank++) ideal += gain(rank);
  return sum / ideal;
}

function scoreGroupOf(score: number): number {
  if (score <= 0) return 0;
  return Math.min(SCORE_GROUPS - 1, Math.max(1, Math.round(Math.log10(score) * 4) + SCORE_GROUPS / 2));
}

function increase(counts: number[], at: number): void {
  const place = Math.min(counts.length - 1, Math.max(0, at));
  counts[place] = (counts[place] as number) + 1;
}
