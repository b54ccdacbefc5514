/** Which rows of a long list are visible. Pure. */

export interface RowWindow {
  /** The first row to draw, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** Rows beyond both edges that are also drawn, so that scrolling shows no gap. */
const MARGIN_ROWS = 6;
/** A list with fewer rows is drawn whole. */
const DRAWN_WHOLE = 100;

/** @param scrolledPx How far the list's beginning is above the upper edge. */
export function rowWindow(
  count: number,
  { rowPx, scrolledPx, heightPx }: { rowPx: number; scrolledPx: number; heightPx: number },
): RowWindow {
  if (count <= DRAWN_WHOLE) return { from: 0, to: count };
  // In steps of the margin, so that most scrolling draws nothing.
  const step = MARGIN_ROWS;
  const first = Math.floor(Math.max(0, scrolledPx) / rowPx / step) * step;
  const shown = Math.ceil(heightPx / rowPx / step) * step;
  const from = Math.max(0, Math.min(first - MARGIN_ROWS, count - shown - 2 * MARGIN_ROWS));
  return { from, to: Math.min(count, first + shown + 2 * MARGIN_ROWS) };
}
