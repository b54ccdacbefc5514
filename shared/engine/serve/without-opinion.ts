/** A model that has no opinion of anything: its lists are of popular items, without what the person has seen. */
import { BASELINE } from "#contract/algorithms.ts";
import type { Model } from "../algorithms/fit/algorithm.ts";
import type { Servable } from "./model-artifact.ts";

/** The same items, users and histories. `request.similar` must not be set: a list by similarity would not be popular. */
export function withoutOpinion(servable: Servable): Servable {
  const model: Model = {
    algorithm: BASELINE,
    itemCount: servable.model.itemCount,
    scoreProfileInto: (_, out) => void out.fill(0),
    scoreUserInto: (_user, _profile, out) => void out.fill(0),
    similarItemsInto: (_, out) => void out.fill(0),
    encode: () => [],
    // The memory is that of the model that it stands for.
    dispose: () => undefined,
  };
  return { ...servable, model };
}
