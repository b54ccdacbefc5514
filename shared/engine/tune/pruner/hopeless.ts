import type { Report, TrialRecord } from "../trial/trial.ts";

/** Slow starters have found their pace by then. */
const WARM_UP_EPOCHS = 5;
/** The pace is that of so many reports. */
const PACE_REPORTS = 3;
/** What comes this near to the best may be as good: values that are watched on a thousand users are no more exact. */
const NEAR = 0.95;

export interface HopelessOptions {
  /** Epochs of a fit that is never stopped. */
  readonly maxEpochs: number;
}

/**
 * Whether a running fit cannot come near the best of its rivals any more: not even if it went on to the last epoch as fast as it rose
 * lately. Fits rise ever more slowly, so this is more than they will do. Metrics are maximised.
 */
export function isHopeless(
  reports: readonly Report[],
  history: readonly TrialRecord[],
  { maxEpochs }: HopelessOptions,
): boolean {
  const last = reports.at(-1);
  if (!last || last.step <= WARM_UP_EPOCHS || reports.length <= PACE_REPORTS) return false;
  const before = reports.at(-1 - PACE_REPORTS) as Report;
  // What falls, or is no number, does not rise.
  const rise = last.value > before.value ? last.value - before.value : 0;
  const pace = rise / (last.step - before.step);
  const reachable = bestOf(reports) + pace * Math.max(0, maxEpochs - last.step);
  return reachable < NEAR * bestOf(history.flatMap((trial) => trial.reports));
}

function bestOf(reports: readonly Report[]): number {
  return reports.reduce((best, { value }) => (value > best ? value : best), 0);
}
