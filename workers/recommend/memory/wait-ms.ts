import { BadEnvironment } from "#platform/bad-environment.ts";

const MAX_WAIT_MS = 1_000;

/**
 * How long an answer waits for something, milliseconds.
 *
 * @param text The setting; empty or absent for the usual time.
 * @throws BadEnvironment if it is not a number of milliseconds up to a second.
 */
export function waitMsOf(setting: string, text: string | undefined, usualMs: number): number {
  if (text === undefined || text === "") return usualMs;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms >= 0 && ms <= MAX_WAIT_MS) return ms;
  throw new BadEnvironment(`${setting} must be 0 to ${MAX_WAIT_MS}, in milliseconds.`);
}
