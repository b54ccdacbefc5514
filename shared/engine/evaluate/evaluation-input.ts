/** What an evaluation checks of its input, and whom it measures. */
import { csrRow } from "../data/csr-row.ts";
import { EngineError } from "../engine-error.ts";
import type { EvaluationInput } from "./evaluation.ts";

/** Throws `BAD_DATA` when shapes differ. */
export function checkShapes({ model, seen, heldout, queries }: EvaluationInput): void {
  const shapes = [queries?.profiles ?? seen, heldout].map(
    ({ rowCount, columnCount }) => `${rowCount} × ${columnCount}`,
  );
  if (shapes[0] !== shapes[1]) {
    throw new EngineError("BAD_DATA", `Seen items are ${shapes[0]} but held-out items are ${shapes[1]}.`);
  }
  if (model.itemCount !== seen.columnCount) {
    throw new EngineError(
      "BAD_DATA",
      `The model has ${model.itemCount} items, the data ${seen.columnCount}.`,
    );
  }
}

/** Users with a held-out item, ascending. Throws `EMPTY_DATA` without any. */
export function usersToMeasure({ heldout, unknownHeldout, users }: EvaluationInput): Uint32Array {
  const wanted = users
    ? [...new Set(users)].sort((a, b) => a - b)
    : Array.from({ length: heldout.rowCount }).keys();
  const measurable = [...wanted].filter(
    (user) => csrRow(heldout, user).indices.length + (unknownHeldout?.[user] ?? 0) > 0,
  );
  if (measurable.length === 0) throw new EngineError("EMPTY_DATA", "No user has a held-out item to measure.");
  return Uint32Array.from(measurable);
}

export function joined(excluded: Uint32Array | undefined, disliked: Uint32Array): Uint32Array {
  if (!excluded) return disliked;
  const both = new Uint32Array(excluded.length + disliked.length);
  both.set(excluded);
  both.set(disliked, excluded.length);
  return both;
}

/** The items that are no candidates. */
export function allOthers(candidates: Uint32Array, itemCount: number): Uint32Array {
  const known = new Set(candidates);
  return Uint32Array.from({ length: itemCount }, (_, item) => item).filter((item) => !known.has(item));
}
