const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const JITTER_RATIO = 0.25;

/**
 * Delay before attempt n (from 0): 1 s, doubling up to 30 s. It is shortened at random by up to a quarter, so that
 * pages do not reconnect at the same moment.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(full * (1 - JITTER_RATIO * random()));
}
