import type { TrialRecord } from "../trial/trial.ts";

/** A trial is compared with no more than so many others, which bounds what an assignment carries and what a report costs. */
const MAX_RIVALS = 200;
/** The best of all times stay among them: what is far behind them is hopeless. */
const BEST_RIVALS = 5;

/**
 * The trials that a report is compared with: those that have reports themselves; of many the newest, and the best few before them.
 *
 * @param reported Trials with reports, in the order of their numbers.
 */
export function pruningRivals<Rival extends Pick<TrialRecord, "state" | "value">>(
  reported: readonly Rival[],
): readonly Rival[] {
  if (reported.length <= MAX_RIVALS) return [...reported];
  const newestFrom = reported.length - (MAX_RIVALS - BEST_RIVALS);
  const best: Rival[] = [];
  for (const rival of reported.slice(0, newestFrom)) {
    let place = best.length;
    while (place > 0 && worth(rival) > worth(best[place - 1] as Rival)) place--;
    if (place < BEST_RIVALS) best.splice(place, 0, rival);
    if (best.length > BEST_RIVALS) best.pop();
  }
  return [...best, ...reported.slice(newestFrom)];
}

function worth({ state, value }: Pick<TrialRecord, "state" | "value">): number {
  return state === "COMPLETE" && value !== null && !Number.isNaN(value) ? value : Number.NEGATIVE_INFINITY;
}
