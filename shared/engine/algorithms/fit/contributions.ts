import type { Model, Profile } from "./algorithm.ts";

/**
 * For models whose scores are linear in the profile's interactions. The contribution of an interaction to an item's score is
 * the score of a profile that has nothing else. Scores the catalogue once for each interaction.
 *
 * @param out One value for each interaction; their sum is the score.
 */
export function linearContributionsInto(
  model: Pick<Model, "itemCount" | "scoreProfileInto">,
  { indices, weights }: Profile,
  itemIndex: number,
  out: Float64Array,
): true {
  const scores = new Float32Array(model.itemCount);
  for (let at = 0; at < indices.length; at++) {
    model.scoreProfileInto(
      { indices: indices.subarray(at, at + 1), weights: weights.subarray(at, at + 1) },
      scores,
    );
    out[at] = scores[itemIndex] as number;
  }
  return true;
}
