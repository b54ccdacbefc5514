import type { TrialRecord } from "../trial/trial.ts";

/** A trial is compared with at most this many others, which limits the size of an assignment and the cost of a report. */
const MAX_RIVALS = 200;
/** The best of all trials are among them: a trial far behind them is hopeless. */
const BEST_RIVALS = 5;

/**
 * The trials that a report is compared with: those with reports; if there are many, the newest and a few of the best.
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
