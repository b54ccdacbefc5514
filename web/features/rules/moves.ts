/** How the places of a list change by a rule. Pure. */

export interface Move {
  readonly itemId: string;
  /** Places up; negative for down, 0 for none, null for an item that was not in the list before. */
  readonly up: number | null;
}

export function movesOf(before: readonly string[], after: readonly string[]): Move[] {
  return after.map((itemId, place) => {
    const former = before.indexOf(itemId);
    return { itemId, up: former < 0 ? null : former - place };
  });
}

/** Places that have another item than before. */
export function changedPlaces(before: readonly string[], after: readonly string[]): number {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, place) => before[place] !== after[place]).filter(Boolean).length;
}
