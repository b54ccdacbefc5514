import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { Steps } from "../../in-steps.ts";
import type { FitInput } from "../fit/algorithm.ts";
import { requireAges } from "../fit/fit-guards.ts";
import { orderByTime } from "./user-sequences.ts";

/**
 * The interactions in their order: those that the data came in, or by the times of the matrix, which holds the newest of each repeat.
 * Throws `BAD_DATA` where neither is known.
 */
export function* orderedInput(name: AlgorithmName, input: FitInput): Steps<Sequences> {
  if (input.sequences) return input.sequences;
  const ages = requireAges(name, input.userItems);
  const { entries, ends } = yield* orderByTime(input, ages);
  const { indptr, indices, rowCount } = input.userItems;
  const offsets = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++)
    offsets[row + 1] = (offsets[row] as number) + (ends[row] as number) - (indptr[row] as number);
  const items = new Uint32Array(offsets[rowCount] as number);
  const ordered = new Float32Array(items.length);
  for (let row = 0; row < rowCount; row++) {
    const from = indptr[row] as number;
    for (let at = from; at < (ends[row] as number); at++) {
      const place = (offsets[row] as number) + at - from;
      items[place] = indices[entries[at] as number] as number;
      ordered[place] = ages[entries[at] as number] as number;
    }
  }
  return { offsets, items, ages: ordered, areRowsInOrder: false };
}

/** Throws as `orderedInput` does, before any work. */
export function requireOrder(name: AlgorithmName, input: FitInput): void {
  if (!input.sequences) requireAges(name, input.userItems);
}
