/**
 * The probability that an item stands where it was shown, over all draws of a request: which slot answers, the coins of an interleaved
 * list, and the positions that explore. A slot's own list is no draw: where only one slot could answer, its items have a probability of 1.
 */

/** One outcome of the draw of the slot. */
export interface ListBranch {
  /** Its probability. */
  readonly share: number;
  /** Its items from rank 1 on, without exploration. */
  readonly items: readonly string[];
  /** The second list of one that is made of two in turns. */
  readonly rival?: readonly string[];
  /** Whether positions of the list may explore. */
  readonly explores?: boolean;
}

/** A list as it was shown. */
export interface PlacedList {
  readonly items: readonly { readonly itemId: string; readonly isExplored?: boolean }[];
  /** Of the first item, from 0. */
  readonly offset: number;
  /** The share of positions that explore. */
  readonly explorationRate: number;
}

/** Beyond this place nothing is said: the work grows with the place. */
export const MOST_PLACES = 50;
/** Of the lists that coins can make so far; in nearly all cases they are few, since most orders of coins give the same items. */
const MOST_DRAFTS = 2_000;

/**
 * By item of the shown list; null where the probability is not known.
 *
 * An explored item has one if a single branch is possible. Of several branches each may explore another item, which nobody looked up; its
 * place counts as one that shows nothing, which is right for the others: theirs is the probability of not exploring and the item together.
 */
export function placeProbabilities(
  { items, offset, explorationRate: rate }: PlacedList,
  branches: readonly ListBranch[],
): (number | null)[] {
  const drafts = branches.map(({ items: a, rival }) =>
    rival ? draftProbabilities(a, rival, Math.min(MOST_PLACES, offset + items.length)) : null,
  );
  let exploredBefore = 0;
  return items.map(({ itemId, isExplored }, at) => {
    const place = offset + at;
    if (place >= MOST_PLACES) return null;
    if (isExplored) {
      const [only] = branches;
      const before = exploredBefore++;
      if (branches.length !== 1 || !only?.explores || offset > 0) return null;
      return only.share * choose(place, before) * rate ** (before + 1) * (1 - rate) ** (place - before);
    }
    let sum = 0;
    for (const [index, branch] of branches.entries()) {
      const draft = drafts[index];
      if (draft) {
        const found = draft[place];
        if (found === undefined) return null;
        sum += branch.share * (found.get(itemId) ?? 0);
      } else sum += branch.share * chanceAt(branch, itemId, place, rate);
    }
    return sum > 0 ? Math.min(1, sum) : null;
  });
}

/** That an item of a ranking stands in a place, which does not explore. Places above that explore have moved it down. */
function chanceAt(
  { items, explores = false }: ListBranch,
  itemId: string,
  place: number,
  rate: number,
): number {
  const rank = items.indexOf(itemId);
  if (rank < 0 || rank > place) return 0;
  if (!explores) return rank === place ? 1 : 0;
  return choose(place, place - rank) * rate ** (place - rank) * (1 - rate) ** (rank + 1);
}

function choose(of: number, count: number): number {
  let ways = 1;
  for (let at = 1; at <= count; at++) ways = (ways * (of - count + at)) / at;
  return ways;
}

/** A draft so far. */
interface Draft {
  readonly a: number;
  readonly b: number;
  readonly taken: ReadonlySet<string>;
  readonly probability: number;
}

/**
 * By place, the probability of each item, over the coins of `teamDraft`; as far as the drafts can be counted.
 *
 * After each round two drafts with the same items and the same next picks are one, so that their number stays small.
 */
export function draftProbabilities(
  a: readonly string[],
  b: readonly string[],
  length: number,
): ReadonlyMap<string, number>[] {
  const places: Map<string, number>[] = [];
  let drafts: Draft[] = [{ a: 0, b: 0, taken: new Set(), probability: 1 }];
  while (places.length < length && drafts.length > 0 && drafts.length <= MOST_DRAFTS) {
    const first = places.length;
    const next = new Map<string, Draft>();
    for (const draft of drafts) {
      for (const order of ["ab", "ba"] as const) {
        const half = { ...draft, probability: draft.probability / 2 };
        const { after, picked } = round(half, order, { a, b });
        for (const [at, itemId] of picked.entries()) {
          places[first + at] ??= new Map();
          const chances = places[first + at] as Map<string, number>;
          chances.set(itemId, (chances.get(itemId) ?? 0) + half.probability);
        }
        if (picked.length === 0) continue;
        const name = `${after.a} ${after.b} ${[...after.taken].sort().join("\n")}`;
        const same = next.get(name);
        next.set(name, same ? { ...same, probability: same.probability + after.probability } : after);
      }
    }
    drafts = [...next.values()];
    if (places.length === first) break;
  }
  return places.slice(0, length);
}

function round(
  draft: Draft,
  order: "ab" | "ba",
  lists: { readonly a: readonly string[]; readonly b: readonly string[] },
): { readonly after: Draft; readonly picked: readonly string[] } {
  const taken = new Set(draft.taken);
  const at = { a: draft.a, b: draft.b };
  const picked: string[] = [];
  for (const team of order as Iterable<"a" | "b">) {
    const list = lists[team];
    while (at[team] < list.length && taken.has(list[at[team]] as string)) at[team]++;
    const itemId = list[at[team]];
    if (itemId === undefined) continue;
    taken.add(itemId);
    picked.push(itemId);
  }
  return { after: { ...at, taken, probability: draft.probability }, picked };
}
