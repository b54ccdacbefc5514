/** Items that the same users have feedback on: what each object counts of its own users, and what the counts say together. Pure. */
import { eventWeight, type OwnEventWeights } from "#contract/event-weight.ts";

/** Whose users are wanted. Feedback of types that weigh nothing, or less, counts no users. */
export interface UsersQuery {
  readonly itemIds: readonly string[];
  readonly weights: OwnEventWeights | undefined;
}

export interface TogetherQuery {
  readonly itemId: string;
  readonly weights: OwnEventWeights | undefined;
}

/** Of the users of one object. */
export interface TogetherCounts {
  /** Users who have the item, as far as they are counted. */
  readonly users: number;
  /** Those of them whose other items were read. */
  readonly read: number;
  /** Other items of those who were read, and how many of them have each. */
  readonly common: readonly { readonly itemId: string; readonly users: number }[];
}

export interface ItemTogether {
  readonly itemId: string;
  /** Cosine of the two sets of users: |A ∩ B| / √(|A| · |B|), where |A ∩ B| is estimated from the users who were read. */
  readonly score: number;
}

/** Whether users count who have an item by feedback of a type. */
export function isLearntFrom(type: string, weights: OwnEventWeights | undefined): boolean {
  return (eventWeight(type, 1, weights) ?? 0) > 0;
}

/** Items that share users with one, by their number, estimated over all objects: each user is of one. The first ones are enough. */
export function commonUsers(parts: readonly TogetherCounts[], limit: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts) {
    for (const { itemId, users } of part.common) {
      sums.set(itemId, (sums.get(itemId) ?? 0) + (users * part.users) / part.read);
    }
  }
  const ordered = [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Map(ordered.slice(0, limit));
}

/** The closest first; of equals the first id. @param users Of the item. @param others Of each item in `common`, in its order. */
export function closestItems(
  users: number,
  common: ReadonlyMap<string, number>,
  others: readonly number[],
): ItemTogether[] {
  return Array.from(common, ([itemId, count], at) => ({
    itemId,
    score: Math.min(1, count / Math.sqrt(users * Math.max(others[at] ?? 0, 1))),
  })).sort((a, b) => b.score - a.score || (a.itemId < b.itemId ? -1 : 1));
}
