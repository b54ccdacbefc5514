/**
 * A model together with items that are newer than it. It scores those of whose properties it knows something, if it can. It has no opinion
 * of the others, which may be popular now or new.
 */
import type { Model, Profile, RecentItems } from "../algorithms/fit/algorithm.ts";
import { IdMapBuilder } from "../data/id-map.ts";
import { LayeredIdMap } from "../data/layered-id-map.ts";
import { type FeatureMatrix, type FeatureVector, isDescribed } from "../data/side-features.ts";
import { compareIds } from "../data/sort-ids.ts";
import { matrixOfVectors } from "../features/feature-matrix.ts";
import { widthsOf } from "../features/feature-space.ts";
import { longerShortlist } from "./longer-shortlist.ts";
import type { Servable } from "./model-artifact.ts";

export interface NewItem {
  readonly itemId: string;
  /** Since when it exists, epoch milliseconds. */
  readonly newAt: number;
  /** Its properties, encoded by the model's space; absent if nothing is known of them. */
  readonly features?: FeatureVector;
}

/** Whether a model can score new items by their properties. */
export function scoresNewItems({ model, itemSpace }: Pick<Servable, "model" | "itemSpace">): boolean {
  return model.scoreNewItemsInto !== undefined && itemSpace !== null;
}

/** Whether a model reads something of what is known of a new item. */
export function readsOf({ model }: Pick<Servable, "model">, { indices, vector }: FeatureVector): boolean {
  return model.readsVectors ? vector !== undefined : indices.length > 0;
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
  const newFeatures = featuresOf(servable, newest);
  return {
    ...servable,
    model: withItems(servable.model, popularity.length, newFeatures),
    items: new LayeredIdMap(servable.items, added.finish()),
    popularity,
    popular,
    newFrom: count,
    ...(newFeatures && { newFeatures }),
  };
}

/** Null if the model can score none of them. */
function featuresOf(servable: Servable, newItems: readonly NewItem[]): FeatureMatrix | null {
  const { itemSpace } = servable;
  if (!itemSpace || !scoresNewItems(servable) || newItems.every(({ features }) => !features)) return null;
  const vectors = newItems.map(({ features }) => features ?? NO_FEATURES);
  return matrixOfVectors(vectors, itemSpace.size, widthsOf(itemSpace));
}

const NO_FEATURES: FeatureVector = { indices: new Uint32Array(), values: new Float32Array() };

/** The model with a longer list of items. A score of 0 is no opinion. */
function withItems(model: Model, itemCount: number, features: FeatureMatrix | null): Model {
  const known = model.itemCount;
  const scoreNew = newItemScorer(model, features);
  const scored = (
    profile: Profile,
    out: Float32Array,
    score: (profile: Profile, own: Float32Array) => void,
  ) => {
    const own = knownPart(profile, known);
    score(own, out.subarray(0, known));
    scoreNew(own, out.subarray(known));
  };
  const { contributionsInto, shortlist, scoreNewItemsInto, readsUserFeatures, readsOrder } = model;
  return {
    algorithm: model.algorithm,
    itemCount,
    ...(readsUserFeatures && { readsUserFeatures }),
    ...(readsOrder && { readsOrder }),
    scoreProfileInto: (profile, out) =>
      scored(profile, out, (part, own) => model.scoreProfileInto(part, own)),
    scoreUserInto: (userIndex, profile, out) =>
      scored(profile, out, (part, own) => model.scoreUserInto(userIndex, part, own)),
    similarItemsInto: (itemIndex, out) => similarInto(model, features, itemIndex, out),
    ...(scoreNewItemsInto && {
      scoreNewItemsInto: (profile: Profile, others: FeatureMatrix, out: Float32Array) =>
        scoreNewItemsInto.call(model, knownPart(profile, known), others, out),
    }),
    ...(contributionsInto && {
      contributionsInto(profile: Profile, itemIndex: number, out: Float64Array) {
        const own = knownPart(profile, known);
        out.fill(0);
        if (itemIndex >= known) return features === null;
        return contributionsInto.call(model, own, itemIndex, out.subarray(0, own.indices.length));
      },
    }),
    ...(shortlist && {
      shortlist(profile: Profile) {
        const own = knownPart(profile, known);
        const scores = new Float32Array(itemCount - known);
        // First: a shortlist is valid until the model scores again.
        scoreNew(own, scores);
        return longerShortlist(shortlist.call(model, own), known, scores);
      },
    }),
    encode: (options) => model.encode(options),
    dispose: () => model.dispose(),
  };
}

/** Scores new items; 0 for those without a known property. */
function newItemScorer(model: Model, features: FeatureMatrix | null) {
  if (!features) return (_profile: Profile, out: Float32Array) => void out.fill(0);
  return (profile: Profile, out: Float32Array): void => {
    model.scoreNewItemsInto?.(profile, features, out);
    for (let row = 0; row < out.length; row++) {
      if (!isDescribed(features, row, model.readsVectors)) out[row] = 0;
    }
  };
}

function similarInto(
  model: Model,
  features: FeatureMatrix | null,
  itemIndex: number,
  out: Float32Array,
): void {
  const known = model.itemCount;
  const isCompared = (row: number) => features !== null && isDescribed(features, row, model.readsVectors);
  const canCompare = features !== null && model.similarWithNewItemsInto !== undefined;
  if (canCompare && (itemIndex < known || isCompared(itemIndex - known))) {
    model.similarWithNewItemsInto?.(itemIndex, features, out);
    for (let row = 0; row < features.rowCount; row++) if (!isCompared(row)) out[known + row] = 0;
    return;
  }
  out.fill(0);
  if (itemIndex < known) model.similarItemsInto(itemIndex, out.subarray(0, known));
}

/** The interactions with items of the model; the same profile if there are no others. Indices ascend, so these come first. */
function knownPart(profile: Profile, known: number): Profile {
  const { indices, weights } = profile;
  let count = indices.length;
  while (count > 0 && (indices[count - 1] as number) >= known) count--;
  if (count === indices.length) return profile;
  const own = { ...profile, indices: indices.subarray(0, count), weights: weights.subarray(0, count) };
  return profile.recent ? { ...own, recent: knownOrder(profile.recent, known) } : own;
}

function knownOrder({ items, daysAgo }: RecentItems, known: number): RecentItems {
  const isKnown = (_value: number, at: number) => (items[at] as number) < known;
  return { items: items.filter(isKnown), daysAgo: daysAgo?.filter(isKnown) ?? null };
}
