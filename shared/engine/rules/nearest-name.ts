/**
 * The known name that a wrong one resembles most, ignoring case: at most a third of its letters differ (one of a short name).
 * Null when none is near. Of names equally near, the first.
 */
export function nearestName(wrong: string, known: Iterable<string>): string | null {
  const target = wrong.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(target.length / 3)) + 1;
  for (const name of known) {
    if (Math.abs(name.length - target.length) >= bestDistance) continue;
    const distance = editDistance(target, name.toLowerCase());
    if (distance >= bestDistance) continue;
    best = name;
    bestDistance = distance;
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one text the other. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let at = 1; at <= to.length; at++) {
      const isEqual = from[row - 1] === to[at - 1];
      let cost = Math.min(
        (previous[at] as number) + 1,
        (current[at - 1] as number) + 1,
        (previous[at - 1] as number) + (isEqual ? 0 : 1),
      );
      const isSwap = row > 1 && at > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      if (isSwap) cost = Math.min(cost, (beforePrevious[at - 2] as number) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] as number;
}
