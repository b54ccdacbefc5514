import type { Model, Profile, Shortlist } from "../algorithms/fit/algorithm.ts";
import { barOfSample } from "../algorithms/fit/bar-of-sample.ts";
import { chosenItems } from "../rank/chosen-items.ts";
import { scoresAt } from "../rank/scores-at.ts";

/** Scores that give the first bar. */
const SAMPLE = 4_096;

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
  const above = (bar: number, most: number) => {
    const items: number[] = [];
    for (let item = 0; item < scores.length; item++) {
      if (!((scores[item] as number) >= bar)) continue;
      if (items.length === most) return null;
      items.push(item);
    }
    return Uint32Array.from(items);
  };
  return {
    known: { scores },
    near(count, isWanted) {
      const bar = barOfSample(scores, scores.length, count, { sample: SAMPLE, isWanted });
      const found = bar === null ? null : above(bar, scores.length);
      return found ? chosenItems(found, isWanted) : new Uint32Array();
    },
    above,
    boundOf: (item) => scores[item] as number,
    scoresOf: (items) => scoresAt(scores, items),
  };
}
