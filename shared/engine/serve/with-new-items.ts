/** A model together with items that are newer than it: it has no opinion of them, and they may be popular now or new. */
import type { Model, Profile, Shortlist } from "../algorithms/fit/algorithm.ts";
import { IdMapBuilder } from "../data/id-map.ts";
import { LayeredIdMap } from "../data/layered-id-map.ts";
import { compareIds } from "../data/sort-ids.ts";
import type { Servable } from "./model-artifact.ts";

export interface NewItem {
  readonly itemId: string;
  /** Since when it exists, epoch milliseconds. */
  readonly newAt: number;
}

/**
 * The servable with further items, whose indices follow those of the model, the newest first, equal ones in the order of ids. They have no users. The given one stays
 * as it is and is shared.
 *
 * @param newItems Each id once, none that the model has.
 */
export function withNewItems(servable: Servable, newItems: readonly NewItem[]): Servable {
  if (newItems.length === 0) return servable;
  const newest = [...newItems].sort((a, b) => b.newAt - a.newAt || compareIds(a.itemId, b.itemId));
  const count = servable.items.size;
  const added = new IdMapBuilder();
  for (const { itemId } of newest) added.intern(itemId);
  const popularity = new Float32Array(count + newest.length);
  popularity.set(servable.popularity);
  const popular = new Uint32Array(popularity.length);
  popular.set(servable.popular);
  for (let at = count; at < popular.length; at++) popular[at] = at;
  return {
    ...servable,
    model: withItems(servable.model, popularity.length),
    items: new LayeredIdMap(servable.items, added.finish()),
    popularity,
    popular,
    newFrom: count,
  };
}

/** The model with a longer list of items: it gives the further ones a score of 0, which is no opinion. */
function withItems(model: Model, itemCount: number): Model {
  const known = model.itemCount;
  const scored = (out: Float32Array, score: (own: Float32Array) => void) => {
    score(out.subarray(0, known));
    out.fill(0, known);
  };
  const { contributionsInto, shortlist } = model;
  return {
    algorithm: model.algorithm,
    itemCount,
    scoreProfileInto: (profile, out) =>
      scored(out, (own) => model.scoreProfileInto(knownPart(profile, known), own)),
    scoreUserInto: (userIndex, profile, out) =>
      scored(out, (own) => model.scoreUserInto(userIndex, knownPart(profile, known), own)),
    similarItemsInto(itemIndex, out) {
      if (itemIndex < known) scored(out, (own) => model.similarItemsInto(itemIndex, own));
      else out.fill(0);
    },
    ...(contributionsInto && {
      contributionsInto(profile: Profile, itemIndex: number, out: Float64Array) {
        const own = knownPart(profile, known);
        out.fill(0);
        if (itemIndex >= known) return true;
        return contributionsInto.call(model, own, itemIndex, out.subarray(0, own.indices.length));
      },
    }),
    ...(shortlist && {
      shortlist: (profile: Profile) => withZeros(shortlist.call(model, knownPart(profile, known)), known),
    }),
    encode: (options) => model.encode(options),
    dispose: () => model.dispose(),
  };
}

/** The shortlist beside items with a score of 0, which it never names. */
function withZeros(shortlist: Shortlist, known: number): Shortlist {
  return {
    ...shortlist,
    scoresOf(items) {
      const own = items.filter((item) => item < known);
      if (own.length === items.length) return shortlist.scoresOf(items);
      // Ascending, so those of the model come first.
      const scores = new Float32Array(items.length);
      scores.set(shortlist.scoresOf(own));
      return scores;
    },
  };
}

/** The interactions with items of the model; the same profile if there are no others. Indices ascend, so these come first. */
function knownPart(profile: Profile, known: number): Profile {
  const { indices, weights } = profile;
  let count = indices.length;
  while (count > 0 && (indices[count - 1] as number) >= known) count--;
  if (count === indices.length) return profile;
  return { indices: indices.subarray(0, count), weights: weights.subarray(0, count) };
}
