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
  return largest(profile, contributions, limit);
}

/**
 * For models whose scores are no sum over interactions: the items of the user that the model finds most similar to the item. The
 * similarity stands in place of a contribution. Items that are not similar are left out.
 */
export function explainBySimilarity(
  model: Pick<Model, "itemCount" | "similarItemsInto">,
  profile: Profile,
  itemIndex: number,
  limit: number,
): Reason[] {
  const similarities = new Float32Array(model.itemCount);
  model.similarItemsInto(itemIndex, similarities);
  const own = Float64Array.from(profile.indices, (index) => Math.max(0, similarities[index] as number));
  return largest(profile, own, limit);
}

/** Without what contributes nothing. */
function largest(profile: Profile, contributions: Float64Array, limit: number): Reason[] {
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
