import type { Model, Profile, Shortlist } from "../algorithms/fit/algorithm.ts";
import { topKInto } from "../rank/top-k.ts";

/** Memory for the scores of each model, which the next list uses again. */
const memory = new WeakMap<Pick<Model, "scoreProfileInto">, Float32Array>();

/** The shortlist of a model that has none of its own: all scores, outside the kernels. */
export function wholeShortlist(
  model: Pick<Model, "scoreProfileInto" | "itemCount">,
  profile: Profile,
): Shortlist {
  const scores = memory.get(model) ?? new Float32Array(model.itemCount);
  memory.set(model, scores);
  model.scoreProfileInto(profile, scores);
  return {
    best(count) {
      const items = new Uint32Array(Math.min(count, scores.length));
      const length = topKInto(scores, count, items);
      const isAll = length < count || length === scores.length;
      const last = scores[items[length - 1] as number] as number;
      return {
        items: items.subarray(0, length),
        othersAtMost: isAll ? Number.NEGATIVE_INFINITY : last,
      };
    },
    above(bar, most) {
      const items: number[] = [];
      for (let item = 0; item < scores.length; item++) {
        if (!((scores[item] as number) >= bar)) continue;
        if (items.length === most) return null;
        items.push(item);
      }
      return Uint32Array.from(items);
    },
    scoresOf: (items) => Float32Array.from(items, (item) => scores[item] as number),
  };
}
