/** A stretch of a job's log without gaps, of which the newest lines are always there. Pure. */

export interface LogLine {
  /** From 1. */
  readonly line: number;
  readonly at: string;
  readonly text: string;
}

/** More would slow the page down; those before come back for the asking. */
export const LINES_KEPT = 2_000;

/** Adds lines that were written since. What is known already is passed over; after a gap the list begins with what is new. */
export function withNewLines(
  known: readonly LogLine[],
  told: readonly LogLine[],
  kept = LINES_KEPT,
): readonly LogLine[] {
  let all = [...known];
  for (const one of told) {
    const last = all.at(-1)?.line ?? one.line - 1;
    if (one.line <= last) continue;
    if (one.line === last + 1) all.push(one);
    else all = [one];
  }
  return all.slice(-Math.max(kept, known.length));
}

/** Puts those lines before that are still missing right before the first. */
export function withEarlierLines(known: readonly LogLine[], told: readonly LogLine[]): readonly LogLine[] {
  const first = known[0]?.line ?? Number.POSITIVE_INFINITY;
  const earlier = told.filter(({ line }) => line < first);
  return earlier.at(-1)?.line === first - 1 ? [...earlier, ...known] : known;
}
