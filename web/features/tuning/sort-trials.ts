import type { TrialResponse } from "#contract/tuning-job.ts";

export type TrialColumn = "number" | "algorithm" | "state" | "value" | "seconds";

export interface TrialOrder {
  readonly column: TrialColumn;
  readonly descending: boolean;
}

/** The newest trials come first by default. */
export const FIRST_ORDER: TrialOrder = { column: "number", descending: true };

/** Sorts a copy. Trials without a value come last in both directions; equal ones stay in the order of their numbers. */
export function sortTrials(trials: readonly TrialResponse[], order: TrialOrder): TrialResponse[] {
  const sign = order.descending ? -1 : 1;
  return trials.toSorted((a, b) => {
    const [left, right] = [a[order.column], b[order.column]];
    if (left === right) return a.number - b.number;
    if (left === null) return 1;
    if (right === null) return -1;
    return sign * (left < right ? -1 : 1);
  });
}

/** A second click on a column reverses it; figures begin with the highest, names with A. */
export function nextOrder(order: TrialOrder, column: TrialColumn): TrialOrder {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column === "value" || column === "seconds" || column === "number" };
}
