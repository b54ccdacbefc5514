import type { Model, Profile } from "../algorithms/fit/algorithm.ts";

/** The contribution of an interaction to an item's score, and its share of all positive contributions. */
export interface Reason {
  readonly itemIndex: number;
  readonly contribution: number;
  /** Of the sum of all positive contributions, 0 … 1; 0 for a negative one. */
  readonly share: number;
}

/**
 * Why a user gets an item: the interactions that contribute most to its score, largest first, without those that contribute
 * nothing. Exact: all contributions add up to the score.
 *
 * @returns null for models whose scores are not a sum over interactions, such as one list for all or the mean of similar users.
 */
export function explain(
  model: Pick<Model, "contributionsInto">,
  profile: Profile,
  itemIndex: number,
  limit: number,
): Reason[] | null {
  const contributions = new Float64Array(profile.indices.length);
  if (!model.contributionsInto?.(profile, itemIndex, contributions)) return null;
  const positive = contributions.reduce((sum, value) => sum + Math.max(0, value), 0);
  return [...contributions]
    .map((contribution, at) => ({
      itemIndex: profile.indices[at] as number,
      contribution,
      share: positive > 0 ? Math.max(0, contribution) / positive : 0,
    }))
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => b.contribution - a.contribution || a.itemIndex - b.itemIndex)
    .slice(0, limit);
}
