import type { TrialResponse } from "#contract/tuning-job.ts";

export type TrialColumn = "number" | "algorithm" | "state" | "value" | "seconds";

export interface TrialOrder {
  readonly column: TrialColumn;
  readonly descending: boolean;
}

/** What the study did last stands first, until somebody asks otherwise. */
export const FIRST_ORDER: TrialOrder = { column: "number", descending: true };

/** Sorts a copy. Trials without a value stand last whichever way it goes; equals stay in the order of their numbers. */
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

/** A second click on a column turns it round; figures begin with the highest, names with A. */
export function nextOrder(order: TrialOrder, column: TrialColumn): TrialOrder {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column === "value" || column === "seconds" || column === "number" };
}
