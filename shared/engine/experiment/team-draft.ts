/**
 * One list from two, to see which of them people take more from: team draft interleaving of Radlinski, Kurup, Joachims, "How Does
 * Clickthrough Data Reflect Retrieval Quality?" (2008). Each list picks its best item that is not taken yet; a coin says who picks first
 * in each round.
 */
import type { Random } from "../random.ts";

export type Team = "a" | "b";

export interface DraftedItem {
  readonly itemId: string;
  /** The list that picked it, and that gets the credit for it. */
  readonly team: Team;
}

/** @param length The most items; fewer if both lists have no more. */
export function teamDraft(
  a: readonly string[],
  b: readonly string[],
  length: number,
  random: Random,
): DraftedItem[] {
  const drafted: DraftedItem[] = [];
  const taken = new Set<string>();
  const next: Record<Team, number> = { a: 0, b: 0 };
  const lists: Record<Team, readonly string[]> = { a, b };
  const pick = (team: Team): void => {
    const list = lists[team];
    while (next[team] < list.length && taken.has(list[next[team]] as string)) next[team]++;
    const itemId = list[next[team]];
    if (itemId === undefined || drafted.length === length) return;
    taken.add(itemId);
    drafted.push({ itemId, team });
  };
  for (let before = -1; before < drafted.length && drafted.length < length; ) {
    before = drafted.length;
    const first: Team = random.next() < 0.5 ? "a" : "b";
    pick(first);
    pick(first === "a" ? "b" : "a");
    if (drafted.length === before) break;
  }
  return drafted;
}
