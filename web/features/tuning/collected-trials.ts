/** The known trials of a study, merged from answers and frames that may arrive in any order. Pure. */
import type { TrialResponse } from "#contract/tuning-job.ts";

const OVER: readonly TrialResponse["state"][] = ["COMPLETE", "PRUNED", "FAILED"];

export class CollectedTrials {
  readonly #byNumber: TrialResponse[] = [];

  /** Whether it brought something new. */
  take(trial: TrialResponse): boolean {
    const known = this.#byNumber[trial.number];
    if (known && isAhead(known, trial)) return false;
    this.#byNumber[trial.number] = trial;
    return true;
  }

  /** In the order of their numbers; unchanged trials are the same objects. */
  list(): TrialResponse[] {
    return this.#byNumber.filter((trial) => trial !== undefined);
  }

  clear(): void {
    this.#byNumber.length = 0;
  }
}

/** Whether the known state is newer. A trial only moves forward: more attempts, more reports, an end. */
function isAhead(known: TrialResponse, told: TrialResponse): boolean {
  if (known.attempts !== told.attempts) return known.attempts > told.attempts;
  if (OVER.includes(known.state) !== OVER.includes(told.state)) return OVER.includes(known.state);
  return known.reports.length > told.reports.length;
}
