import type { Shortlist } from "../algorithms/fit/algorithm.ts";
import { topKInto } from "../rank/top-k.ts";

/**
 * A shortlist with further items behind those of the model, whose scores are known.
 *
 * @param known  Items of the model.
 * @param scores Of the further ones. A score of 0 and below is never named.
 */
export function longerShortlist(shortlist: Shortlist, known: number, scores: Float32Array): Shortlist {
  return {
    near(count, isWanted) {
      const best = new Uint32Array(Math.min(Math.ceil(count), scores.length));
      const found = best.subarray(0, topKInto(scores, best.length, best));
      const positive = found.filter((at) => (scores[at] as number) > 0).map((at) => known + at);
      return joined(shortlist.near(count, isWanted), positive.filter(isWanted));
    },
    above(bar, most) {
      const own = shortlist.above(bar, most);
      if (own === null) return null;
      const added = reaching(scores, known, bar);
      return own.length + added.length > most ? null : joined(own, Uint32Array.from(added));
    },
    boundOf: (item) => (item < known ? shortlist.boundOf(item) : (scores[item - known] as number)),
    scoresOf(items) {
      const own = items.filter((item) => item < known);
      if (own.length === items.length) return shortlist.scoresOf(items);
      // Ascending, so those of the model come first.
      const found = new Float32Array(items.length);
      found.set(shortlist.scoresOf(own));
      for (let at = own.length; at < items.length; at++) {
        found[at] = scores[(items[at] as number) - known] as number;
      }
      return found;
    },
  };
}

/** The further items with at least a score. */
function reaching(scores: Float32Array, known: number, least: number): number[] {
  const items: number[] = [];
  for (let at = 0; at < scores.length; at++) if ((scores[at] as number) >= least) items.push(known + at);
  return items;
}

function joined(own: Uint32Array, added: ArrayLike<number>): Uint32Array {
  if (added.length === 0) return own;
  const all = new Uint32Array(own.length + added.length);
  all.set(own);
  all.set(added, own.length);
  return all;
}
