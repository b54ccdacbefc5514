/** Columns of a row of similarities; the first `kept` were chosen, and none of the others has a larger sum in f32. */
export interface ChosenColumns {
  readonly columns: Uint32Array;
  readonly kept: number;
  readonly count: number;
  readonly sums: Float32Array;
}

/**
 * Chooses again between columns whose sums are equal in f32 at the edge of the choice, by their sums in f64 (ties: the lower
 * column). The chosen ones stay ascending.
 */
export function settleTies(
  { columns, kept, count, sums }: ChosenColumns,
  exactOf: (column: number) => number,
): void {
  let edge = Number.POSITIVE_INFINITY;
  for (let at = 0; at < kept; at++) edge = Math.min(edge, sums[columns[at] as number] as number);
  const places: number[] = [];
  for (let at = 0; at < count; at++) if (sums[columns[at] as number] === edge) places.push(at);
  if ((places.at(-1) ?? 0) < kept) return;
  const tied = places.map((at) => columns[at] as number);
  tied.sort((a, b) => exactOf(b) - exactOf(a) || a - b);
  for (const [at, place] of places.entries()) columns[place] = tied[at] as number;
  columns.subarray(0, kept).sort();
}
