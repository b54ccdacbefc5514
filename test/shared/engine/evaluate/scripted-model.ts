import type { EvaluationInput } from "#engine/evaluate/evaluation-input.ts";

/** A model that ranks, for each user, exactly the listed items in that order; every other item is never recommended. */
export function scriptedModel(
  lists: readonly (readonly number[])[],
  itemCount: number,
): EvaluationInput["model"] {
  return {
    itemCount,
    scoreUserInto(user, _profile, out) {
      out.fill(Number.NEGATIVE_INFINITY);
      for (const [at, item] of (lists[user] ?? []).entries()) out[item] = itemCount - at;
    },
  };
}

/** A model that scores by a function of user and item. */
export function modelOf(
  score: (user: number, item: number) => number,
  itemCount: number,
): EvaluationInput["model"] {
  return {
    itemCount,
    scoreUserInto(user, _profile, out) {
      for (let item = 0; item < itemCount; item++) out[item] = score(user, item);
    },
  };
}
