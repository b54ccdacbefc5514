/**
 * Gives a share of positions to items that are newer than the model and have few impressions, to find out whether people want them.
 *
 * Which of them comes next is said by an upper confidence bound of the share of impressions that led somewhere (UCB1: Auer,
 * Cesa-Bianchi and Fischer, "Finite-time Analysis of the Multiarmed Bandit Problem", 2002):
 *
 *   taken / impressions + √(2 · ln N / impressions),   N: impressions of all of them.
 *
 * Items without an impression come first, those with the best score for the user before others.
 */
import type { Servable } from "./model-artifact.ts";

export interface Exploration {
  /** The share of positions, 0 … 1. */
  readonly rate: number;
  /** A number from 0 to below 1, always the same for a position: below `rate` it explores. Positions count from 0 over all pages. */
  readonly draw: (position: number) => number;
  /** How often an item was shown, by its index. */
  readonly shownOf: (item: number) => ShownCounts;
}

export interface ShownCounts {
  readonly impressions: number;
  /** How often that led somewhere. */
  readonly taken: number;
}

/** With as many impressions an item is known well enough. */
export const EXPLORED_IMPRESSIONS = 500;
/** The newest items, which are looked at. */
const MOST_CANDIDATES = 1_000;

/** The newest items of a model that is older than they are, by index. */
export function candidatesOf({ items, newFrom }: Pick<Servable, "items" | "newFrom">): number[] {
  const count = newFrom === undefined ? 0 : Math.min(items.size - newFrom, MOST_CANDIDATES);
  return Array.from({ length: count }, (_, at) => (newFrom ?? 0) + at);
}

/** A list with explored positions. */
export interface ExploredRanking {
  /** The same items in another order, as far as the given ranking had them, and those explored. */
  readonly order: Uint32Array;
  readonly explored: ReadonlySet<number>;
  /** By item: the probability of what its position does, which is to explore or not. */
  readonly propensities: ReadonlyMap<number, number>;
}

export interface Explorer {
  /** Whether one of the first positions explores. */
  explores(length: number): boolean;
  /** @param ranking The best items from rank 1 on. A longer ranking gives a longer list that begins the same. */
  into(ranking: Uint32Array): ExploredRanking;
}

/**
 * Null if there is nothing to explore: no rate, no new item with few impressions, or none that may be in the list.
 *
 * @param mayShow Whether an item may be in the list.
 * @param scoreOf The score of an item for the user, to choose among equals.
 */
export function explorerOf(
  servable: Pick<Servable, "items" | "newFrom">,
  exploration: Exploration | undefined,
  mayShow: (item: number) => boolean,
  scoreOf: (item: number) => number,
): Explorer | null {
  if (!exploration || exploration.rate <= 0) return null;
  const { rate, draw, shownOf } = exploration;
  const isCandidate = (item: number) => mayShow(item) && shownOf(item).impressions < EXPLORED_IMPRESSIONS;
  const newest = candidatesOf(servable);
  if (!newest.some(isCandidate)) return null;
  return {
    explores(length) {
      for (let position = 0; position < length; position++) if (draw(position) < rate) return true;
      return false;
    },
    into: (ranking) =>
      explored(ranking, choiceOf(newest.filter(isCandidate), shownOf, scoreOf), { rate, draw }),
  };
}

/** The candidates that are left, and which of them comes next. */
interface Choice {
  readonly left: Set<number>;
  next(): number;
}

/** Few positions explore, so that each looks through all candidates instead of sorting them. */
function choiceOf(
  candidates: readonly number[],
  shownOf: Exploration["shownOf"],
  scoreOf: (item: number) => number,
): Choice {
  const left = new Set(candidates);
  const all = Math.max(
    1,
    candidates.reduce((sum, item) => sum + shownOf(item).impressions, 0),
  );
  return {
    left,
    next() {
      let best = { item: -1, bound: Number.NEGATIVE_INFINITY, score: Number.NEGATIVE_INFINITY };
      for (const item of left) {
        const bound = boundOf(shownOf(item), all);
        if (bound < best.bound) continue;
        const score = scoreOf(item);
        if (best.item < 0 || bound > best.bound || score > best.score) best = { item, bound, score };
      }
      return best.item;
    },
  };
}

/** @param all Impressions of all candidates, at least 1. */
function boundOf({ impressions, taken }: ShownCounts, all: number): number {
  if (impressions === 0) return Number.POSITIVE_INFINITY;
  return Math.min(1, taken / impressions) + Math.sqrt((2 * Math.log(all)) / impressions);
}

/** Each position takes the next candidate if it explores, else the best item that is left. */
function explored(
  ranking: Uint32Array,
  choice: Choice,
  { rate, draw }: Pick<Exploration, "rate" | "draw">,
): ExploredRanking {
  const order: number[] = [];
  const taken = new Set<number>();
  const found = new Set<number>();
  const propensities = new Map<number, number>();
  let best = 0;
  while (order.length < ranking.length) {
    const hasChoice = choice.left.size > 0;
    const isExploring = hasChoice && draw(order.length) < rate;
    while (!isExploring && taken.has(ranking[best] as number)) best++;
    const item = isExploring ? choice.next() : (ranking[best] as number);
    order.push(item);
    taken.add(item);
    choice.left.delete(item);
    if (isExploring) found.add(item);
    propensities.set(item, hasChoice ? (isExploring ? rate : 1 - rate) : 1);
  }
  return { order: Uint32Array.from(order), explored: found, propensities };
}
