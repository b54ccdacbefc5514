/** Regression trees whose leaves are boxes of the unit cube (Breiman et al., "Classification and Regression Trees", 1984). Pure. */

/** Trials as points: one array per parameter, values in 0 … 1, and the value of each. */
export interface Points {
  readonly columns: readonly Float64Array[];
  readonly values: Float64Array;
}

/** A box of the unit cube with one predicted value. */
export interface Leaf {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
}

interface Part {
  readonly rows: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

interface Cut {
  readonly column: number;
  readonly at: number;
  readonly error: number;
}

/** With fewer points a box is not cut. */
const MIN_CUT = 4;
/** The least points on each side of a cut. */
const MIN_SIDE = 2;

/**
 * The leaves of a tree that is grown until a box has fewer than four points or one value. Each cut is the one with the least squared
 * error on both sides; it lies halfway between two points.
 * @param rows The points to grow on; a point may stand there more than once.
 */
export function growTree(points: Points, rows: readonly number[]): Leaf[] {
  const { length } = points.columns;
  const waiting: Part[] = [
    { rows, low: new Array<number>(length).fill(0), high: new Array<number>(length).fill(1) },
  ];
  const leaves: Leaf[] = [];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const cut = part.rows.length < MIN_CUT ? null : bestCut(points, part.rows);
    if (cut === null) leaves.push({ low: part.low, high: part.high, value: meanOf(points, part.rows) });
    else waiting.push(...divide(points, part, cut));
  }
  return leaves;
}

function divide({ columns }: Points, { rows, low, high }: Part, { column, at }: Cut): Part[] {
  const below = rows.filter((row) => (columns[column]?.[row] ?? 0) <= at);
  const above = rows.filter((row) => (columns[column]?.[row] ?? 0) > at);
  return [
    { rows: below, low, high: high.with(column, at) },
    { rows: above, low: low.with(column, at), high },
  ];
}

function bestCut(points: Points, rows: readonly number[]): Cut | null {
  let best: Cut | null = null;
  const total = rows.reduce((sum, row) => sum + (points.values[row] ?? 0), 0);
  const squares = rows.reduce((sum, row) => sum + (points.values[row] ?? 0) ** 2, 0);
  const whole = squares - total ** 2 / rows.length;
  // Below this only rounding is left.
  const floor = 1e-12 * Math.max(squares, Number.MIN_VALUE);
  if (whole <= floor) return null;
  for (const column of points.columns.keys()) {
    const found = cutOf(points, rows, column, { total, squares });
    if (found && found.error < (best?.error ?? whole - floor)) best = found;
  }
  return best;
}

/** The cut of one column with the least squared error; null where all points have one value. */
function cutOf(
  { columns, values }: Points,
  rows: readonly number[],
  column: number,
  sums: { readonly total: number; readonly squares: number },
): Cut | null {
  const at = (row: number) => columns[column]?.[row] ?? 0;
  const sorted = rows.toSorted((a, b) => at(a) - at(b));
  let best: Cut | null = null;
  let left = 0;
  for (let count = 1; count < sorted.length; count++) {
    const [last, next] = [sorted[count - 1] ?? 0, sorted[count] ?? 0];
    left += values[last] ?? 0;
    const others = sorted.length - count;
    if (count < MIN_SIDE || others < MIN_SIDE || at(last) === at(next)) continue;
    const error = sums.squares - left ** 2 / count - (sums.total - left) ** 2 / others;
    if (best === null || error < best.error) best = { column, at: (at(last) + at(next)) / 2, error };
  }
  return best;
}

function meanOf({ values }: Points, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / Math.max(1, rows.length);
}
