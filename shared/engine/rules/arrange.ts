import type { Bitmap } from "../catalogue/bitmap.ts";
import type { Cap, Pin } from "./apply-rules.ts";

export interface ArrangeInput {
  /**
   * The best rows, best first, at most `count` of them; only rows that may be recommended. A longer ranking begins with the shorter
   * one. Fewer than `count` means that there are no more.
   */
  readonly ranked: (count: number) => ArrayLike<number>;
  /** The list ends at this position. */
  readonly length: number;
  readonly pins: readonly Pin[];
  readonly caps: readonly Cap[];
  /** The best of some rows that a pin may show and that are not taken yet; null when there is none. */
  readonly bestOf: (rows: Bitmap, taken: ReadonlySet<number>) => number | null;
}

/** More candidates than positions, so that caps seldom need a second ranking. */
const SPARE = 4;

/**
 * The list under pins and caps: each pin puts its best row at its position; of two for one position, the first wins. The other
 * positions take the ranking in order, without rows whose group is full. Pinned rows count in their groups and are never left out.
 * A pin past the end of what there is moves up, so that the list has no holes. A shorter list begins as a longer one, so that pages fit
 * together: a row that is pinned past the end is not in the list.
 */
export function arrange({ ranked, length, pins, caps, bestOf }: ArrangeInput): number[] {
  if (pins.length === 0 && caps.length === 0) return Array.from(ranked(length));
  const pinned = choosePins(pins, bestOf);
  for (let count = length * SPARE; ; count *= SPARE) {
    const candidates = ranked(count);
    const isAll = candidates.length < count;
    const list = arrangeWithin(candidates, { length, pinned, caps, isAll });
    if (list) return list;
  }
}

interface Attempt {
  readonly length: number;
  readonly pinned: ReadonlyMap<number, number>;
  readonly caps: readonly Cap[];
  /** Whether the candidates are all that there are. */
  readonly isAll: boolean;
}

/** Null when more candidates could change the list. */
function arrangeWithin(candidates: ArrayLike<number>, attempt: Attempt): number[] | null {
  const { length, pinned, caps, isAll } = attempt;
  const taken = new Set(pinned.values());
  const counter = new GroupCounter(caps);
  for (const row of taken) counter.add(row);
  const list: number[] = [];
  let at = 0;
  while (list.length < length) {
    const pin = pinned.get(list.length + 1);
    if (pin !== undefined) {
      list.push(pin);
      continue;
    }
    while (at < candidates.length && !isFree(candidates[at] as number)) at++;
    if (at === candidates.length) break;
    const row = candidates[at++] as number;
    counter.add(row);
    list.push(row);
  }
  if (list.length === length) return list;
  if (!isAll) return null;
  const later = [...pinned].filter(([position]) => position > list.length + 1);
  for (const [, row] of later.sort(([first], [second]) => first - second)) {
    if (list.length < length) list.push(row);
  }
  return list;

  function isFree(row: number): boolean {
    return !taken.has(row) && counter.hasRoom(row);
  }
}

/** The row of each pinned position. */
function choosePins(pins: readonly Pin[], bestOf: ArrangeInput["bestOf"]): ReadonlyMap<number, number> {
  const chosen = new Map<number, number>();
  const taken = new Set<number>();
  for (const { rows, position } of pins) {
    if (chosen.has(position)) continue;
    const row = bestOf(rows, taken);
    if (row === null) continue;
    chosen.set(position, row);
    taken.add(row);
  }
  return chosen;
}

/** How many rows of each group of each cap the list has. */
class GroupCounter {
  readonly #caps: readonly Cap[];
  readonly #counts: Map<number, number>[];

  constructor(caps: readonly Cap[]) {
    this.#caps = caps;
    this.#counts = caps.map(() => new Map());
  }

  hasRoom(row: number): boolean {
    return this.#caps.every((cap, at) => {
      const group = cap.groupOf(row);
      return group < 0 || (this.#counts[at]?.get(group) ?? 0) < cap.most;
    });
  }

  add(row: number): void {
    for (const [at, cap] of this.#caps.entries()) {
      const group = cap.groupOf(row);
      const counts = this.#counts[at] as Map<number, number>;
      if (group >= 0) counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
}
