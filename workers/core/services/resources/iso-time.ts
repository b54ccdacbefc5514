import { MAX_TIME_MS } from "#contract/limits.ts";

/**
 * Epoch milliseconds in the API's form. An invalid time is shown as the last possible one: it is easy to notice, and the other
 * rows of a list are still shown.
 */
export function isoTime(ms: number): string {
  const isTime = Number.isFinite(ms) && Math.abs(ms) <= MAX_TIME_MS;
  return new Date(isTime ? ms : MAX_TIME_MS).toISOString();
}

export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
