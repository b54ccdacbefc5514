import { MAX_TIME_MS } from "#contract/limits.ts";

/**
 * Epoch milliseconds as the API shows times. What is no time at all is shown as the last one that there is: it stands out, and does
 * not keep the other rows of a list from being shown.
 */
export function isoTime(ms: number): string {
  const isTime = Number.isFinite(ms) && Math.abs(ms) <= MAX_TIME_MS;
  return new Date(isTime ? ms : MAX_TIME_MS).toISOString();
}

export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
