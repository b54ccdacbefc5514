import type { Report, TrialRecord } from "../trial/trial.ts";

/** By then slow starters rise at their own pace. */
const WARM_UP_EPOCHS = 5;
/** The pace is that of this many reports. */
const PACE_REPORTS = 3;
/** A value this close to the best may be equally good: values on a thousand watched users are no more exact. */
const NEAR = 0.95;

export interface HopelessOptions {
  /** Epochs of a fit that is never stopped. */
  readonly maxEpochs: number;
}

/**
 * Whether a running fit can no longer come near the best of its rivals, even if it keeps its recent rise up to the last epoch.
 * The rise of a fit only slows down, so this estimate is generous. Metrics are maximised.
 */
export function isHopeless(
  reports: readonly Report[],
  history: readonly TrialRecord[],
  { maxEpochs }: HopelessOptions,
): boolean {
  const last = reports.at(-1);
  if (!last || last.step <= WARM_UP_EPOCHS || reports.length <= PACE_REPORTS) return false;
  const before = reports.at(-1 - PACE_REPORTS) as Report;
  // A falling value or NaN does not rise.
  const rise = last.value > before.value ? last.value - before.value : 0;
  const pace = rise / (last.step - before.step);
  const reachable = bestOf(reports) + pace * Math.max(0, maxEpochs - last.step);
  return reachable < NEAR * bestOf(history.flatMap((trial) => trial.reports));
}

function bestOf(reports: readonly Report[]): number {
  return reports.reduce((best, { value }) => (value > best ? value : best), 0);
}
