/** A part of a job's log without gaps that always includes the newest lines. Pure. */

export interface LogLine {
  /** From 1. */
  readonly line: number;
  readonly at: string;
  readonly text: string;
}

/** More would slow the page down; earlier ones are loaded on request. */
export const LINES_KEPT = 2_000;

/** Adds lines that were written since. Known lines are ignored; after a gap the list begins with the new ones. */
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

/** Adds the missing lines directly before the first. */
export function withEarlierLines(known: readonly LogLine[], told: readonly LogLine[]): readonly LogLine[] {
  const first = known[0]?.line ?? Number.POSITIVE_INFINITY;
  const earlier = told.filter(({ line }) => line < first);
  return earlier.at(-1)?.line === first - 1 ? [...earlier, ...known] : known;
}
