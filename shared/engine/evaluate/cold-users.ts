import type { BlockScoring, Profile } from "../algorithms/fit/algorithm.ts";
import type { ScoringModel } from "./user-ranker.ts";

/** Whether a model knows nothing of somebody: they have no interactions, and it reads no features of theirs. */
export function isUnknownTo(
  { readsUserFeatures }: Pick<ScoringModel, "readsUserFeatures">,
  { indices, features }: Profile,
): boolean {
  return indices.length === 0 && !(readsUserFeatures && features && features.indices.length > 0);
}

/**
 * Answers users without any known interaction with the most popular items, as serving does; the model scores all others. Without
 * this, the model would be asked for a row that it does not have. A model that reads the features of users scores those who have
 * some.
 *
 * @param popularity Users of each item.
 */
export function withPopularityForColdUsers(model: ScoringModel, popularity: Float32Array): ScoringModel {
  const isUnknown = (profile: Profile) => isUnknownTo(model, profile);
  return {
    itemCount: model.itemCount,
    scoreUserInto(userIndex, profile, out) {
      if (isUnknown(profile)) out.set(popularity);
      else model.scoreUserInto(userIndex, profile, out);
    },
    ...(model.blocks && { blocks: blocksWithPopularity(model.blocks, popularity, isUnknown) }),
  };
}

/** The model scores cold users like all others, and their rows are then overwritten. */
function blocksWithPopularity(
  blocks: BlockScoring,
  popularity: Float32Array,
  isUnknown: (profile: Profile) => boolean,
): BlockScoring {
  return {
    kernels: blocks.kernels,
    capacity: blocks.capacity,
    scoreUsersInto(users, out) {
      blocks.scoreUsersInto(users, out);
      for (const [row, { profile }] of users.entries()) {
        if (isUnknown(profile)) out.view.set(popularity, row * popularity.length);
      }
    },
  };
}
