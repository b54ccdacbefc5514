import { topKInto } from "../rank/top-k.ts";
import type { Servable } from "./model-artifact.ts";

export interface SimilarItem {
  readonly itemId: string;
  readonly score: number;
}

/**
 * The items that are most similar to an item, best first. Items without an opinion of the model (a score of exactly 0) are left
 * out, so there may be fewer than `limit`, or none.
 */
export function similarItems({ model, items }: Servable, itemIndex: number, limit: number): SimilarItem[] {
  const scores = new Float32Array(items.size);
  model.similarItemsInto(itemIndex, scores);
  scores[itemIndex] = 0;
  for (let item = 0; item < scores.length; item++) {
    if (scores[item] === 0) scores[item] = Number.NEGATIVE_INFINITY;
  }
  const best = new Uint32Array(Math.min(items.size, limit));
  const count = topKInto(scores, best.length, best);
  return Array.from(best.subarray(0, count), (index) => ({
    itemId: items.idAt(index),
    score: scores[index] as number,
  }));
}
