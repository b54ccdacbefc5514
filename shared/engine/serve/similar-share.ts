/** Items that are similar to some share the places of a person's list. */
import { topKInto } from "../rank/top-k.ts";
import { indexOfId } from "./index-of-id.ts";
import { mixedPlaces } from "./mixed-list.ts";
import type { Servable } from "./model-artifact.ts";

export interface SimilarShare {
  /** Ids unknown to the model are no error. */
  readonly itemIds: readonly string[];
  /** 0 … 1: the share of places that similar items get, as long as there are any. */
  readonly share: number;
}

export interface SimilarPlaces {
  /** The same number of places, shared. A longer ranking begins with the shorter one. */
  into(ranking: Uint32Array): Uint32Array;
  /** The similarity of an item that takes part, by the ranking made last; undefined for the others. */
  similarityOf(itemIndex: number): number | undefined;
}

/** @param scores By item index; -Infinity for items that are left out, here as well. */
export function similarPlaces(
  { model, items }: Pick<Servable, "model" | "items">,
  scores: Float32Array,
  { itemIds, share }: SimilarShare,
): SimilarPlaces {
  const named = itemIds.map((id) => indexOfId(items, id)).filter((itemIndex) => itemIndex >= 0);
  const sums = similaritiesTo(model, named, scores);
  let taking = new Set<number>();
  return {
    into(ranking) {
      const best = new Uint32Array(ranking.length);
      const found = best.subarray(0, topKInto(sums, best.length, best));
      const similar = found.filter((itemIndex) => (sums[itemIndex] as number) > 0);
      const mix = { type: "interleaved", contentShare: share } as const;
      const places = mixedPlaces<number>(similar, ranking, ranking.length, mix);
      taking = new Set(places.flatMap(({ item, isContent }) => (isContent ? [item] : [])));
      return Uint32Array.from(places, ({ item }) => item);
    },
    similarityOf: (itemIndex) => (taking.has(itemIndex) ? sums[itemIndex] : undefined),
  };
}

/** -Infinity for items that are left out, and for the named ones. */
function similaritiesTo(
  model: Servable["model"],
  named: readonly number[],
  scores: Float32Array,
): Float32Array {
  const sums = new Float32Array(scores.length);
  const row = new Float32Array(scores.length);
  for (const itemIndex of named) {
    model.similarItemsInto(itemIndex, row);
    for (let item = 0; item < sums.length; item++)
      sums[item] = (sums[item] as number) + (row[item] as number);
  }
  for (const itemIndex of named) sums[itemIndex] = Number.NEGATIVE_INFINITY;
  for (let item = 0; item < sums.length; item++) {
    if (scores[item] === Number.NEGATIVE_INFINITY) sums[item] = Number.NEGATIVE_INFINITY;
  }
  return sums;
}
