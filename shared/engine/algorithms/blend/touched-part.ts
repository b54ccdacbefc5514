import { momentsOfSums } from "../../rank/deviation.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { type LengthWeight, weightFor } from "./length-weight.ts";

/**
 * Adds a part's scores, each divided by their deviation over all items, looking at the items alone that the part touches. All others
 * have score 0, so they add nothing to the sums.
 *
 * @param part  Its model has `namesTouched`.
 * @param out   One for each item; added to.
 * @param touch Is told the items before their scores change.
 */
export function addTouched(
  part: LengthWeight & { readonly model: Model },
  profile: Profile,
  out: Float32Array,
  touch?: (items: Uint32Array) => void,
): void {
  const known = part.model.shortlist?.(profile).known;
  if (!known?.touched) throw new RangeError(`${part.model.algorithm} does not name what it touches.`);
  const { scores, touched } = known;
  const deviation = touchedDeviation(scores, touched);
  if (deviation === 0) return;
  touch?.(touched);
  const factor = weightFor(part, profile) / deviation;
  for (let at = 0; at < touched.length; at++) {
    const item = touched[at] as number;
    out[item] = (out[item] as number) + factor * (scores[item] as number);
  }
}

/** The same as `deviationOf`, apart from the order of sums. */
function touchedDeviation(scores: Float32Array, touched: Uint32Array): number {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < touched.length; at++) {
    const score = scores[touched[at] as number] as number;
    sum += score;
    squares += score * score;
  }
  return momentsOfSums({ sum, squares, count: scores.length }).deviation;
}
