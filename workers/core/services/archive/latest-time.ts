/** Largest difference between clocks of deployments. */
const CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

/** The latest time that an archive may have, epoch milliseconds. */
export function latestTime(clock: () => number): number {
  return clock() + CLOCK_SKEW_MS;
}
