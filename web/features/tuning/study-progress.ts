/** Summarises the trials of a study. Pure. */
import type { TrialResponse, TrialState } from "#contract/tuning-job.ts";

type TrialFacts = Pick<
  TrialResponse,
  "number" | "algorithm" | "state" | "value" | "value_on_all_users" | "seconds"
>;

export interface StudySeries {
  /** Trial numbers, ascending, from 0 as in the log. */
  readonly numbers: readonly number[];
  /** Best value among the completed trials up to each; null before the first. */
  readonly best: readonly (number | null)[];
  /** One row of values per algorithm and outcome, null where the trial belongs to another row. */
  readonly dots: readonly {
    readonly algorithm: string;
    readonly pruned: boolean;
    readonly values: readonly (number | null)[];
  }[];
}

const SHOWN_STATES: readonly TrialState[] = ["COMPLETE", "PRUNED"];

export function studySeries(trials: readonly TrialFacts[]): StudySeries {
  const shown = trials
    .filter((trial) => trial.value !== null && SHOWN_STATES.includes(trial.state))
    .toSorted((a, b) => a.number - b.number);
  let bestValue: number | null = null;
  const best = shown.map(({ state, value }) => {
    if (state === "COMPLETE" && value !== null) bestValue = Math.max(bestValue ?? value, value);
    return bestValue;
  });
  const groups = new Map<string, (number | null)[]>();
  for (const [at, { state, algorithm, value }] of shown.entries()) {
    const group = `${state}/${algorithm ?? ""}`;
    const values = groups.get(group) ?? new Array<number | null>(shown.length).fill(null);
    values[at] = value;
    groups.set(group, values);
  }
  return {
    numbers: shown.map((trial) => trial.number),
    best,
    dots: [...groups.keys()].sort().map((group) => ({
      algorithm: group.slice(group.indexOf("/") + 1),
      pruned: group.startsWith("PRUNED"),
      values: groups.get(group) ?? [],
    })),
  };
}

/** Whether trials were measured on a sample of users, and the best of them again on all users. */
export function hasRemeasured(trials: readonly TrialFacts[]): boolean {
  return trials.some((trial) => trial.value_on_all_users !== null);
}

/**
 * The completed trial of the highest value; the earliest of equals. If some were measured again on all users, only those count, by
 * their values on all users, as in the study itself.
 */
export function bestTrial<T extends TrialFacts>(trials: readonly T[]): T | null {
  const compared = hasRemeasured(trials) ? "value_on_all_users" : "value";
  let best: T | null = null;
  for (const trial of trials) {
    const value = trial[compared];
    if (trial.state !== "COMPLETE" || value === null) continue;
    const most = best?.[compared] ?? null;
    const isBetter = best === null || most === null || value > most;
    if (isBetter || (value === most && trial.number < (best?.number ?? 0))) best = trial;
  }
  return best;
}

export interface StudyCounts {
  readonly finished: number;
  readonly running: number;
  readonly pruned: number;
  readonly failed: number;
}

export function countTrials(trials: readonly Pick<TrialResponse, "state">[]): StudyCounts {
  const counts = new Map<TrialState, number>();
  for (const { state } of trials) counts.set(state, (counts.get(state) ?? 0) + 1);
  const count = (state: TrialState) => counts.get(state) ?? 0;
  return {
    finished: count("COMPLETE") + count("PRUNED") + count("FAILED"),
    running: count("RUNNING"),
    pruned: count("PRUNED"),
    failed: count("FAILED"),
  };
}

/** With fewer trials the pace is not reliable. */
const ESTIMATE_FROM_TRIALS = 3;

/** Remaining seconds, from the pace so far; null while unknown. */
export function secondsLeft(finished: number, total: number, elapsedSeconds: number): number | null {
  if (finished < ESTIMATE_FROM_TRIALS || elapsedSeconds <= 0) return null;
  return (Math.max(0, total - finished) * elapsedSeconds) / finished;
}
