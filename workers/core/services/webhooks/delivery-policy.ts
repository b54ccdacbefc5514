/**
 * What follows from an attempt, for the call and its endpoint. Pure.
 *
 * A call that fails stays at the head of its endpoint's queue, so that no later one overtakes it. The endpoint waits twice as long
 * after each failure in a row, at most an hour, and at least as long as the answer's `Retry-After` asks. After five failures the
 * breaker is open: the next attempt is a probe. A call is given up after twelve attempts or a day; it is then a dead letter, which
 * can be sent again. 410 switches the endpoint off.
 */
import type { BreakerState } from "#contract/webhook-endpoint.ts";

export const MAX_ATTEMPTS = 12;
export const GIVE_UP_MS = 24 * 60 * 60 * 1000;
export const FAILURES_TO_OPEN = 5;
export const FIRST_WAIT_MS = 30_000;
export const LONGEST_WAIT_MS = 60 * 60 * 1000;
/** No answer can ask for a longer pause. */
export const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;
const GONE = 410;
export const GONE_TEXT = "The address answered 410: it is gone.";

export interface Attempt {
  /** Null without an answer. */
  readonly status: number | null;
  /** Null when the call arrived. */
  readonly error: string | null;
  /** As the answer asked. */
  readonly retryAfterMs: number | null;
}

export interface BeforeAttempt {
  /** Failed attempts of the endpoint in a row. */
  readonly failures: number;
  /** Of the call, without this one. */
  readonly attempts: number;
  readonly queuedAt: number;
}

export interface AfterAttempt {
  readonly status: "DELIVERED" | "PENDING" | "FAILED";
  readonly failures: number;
  /** 0: at once. */
  readonly retryAt: number;
  readonly isGone: boolean;
}

/** @param random From 0 to 1, without 1. @param now The end of the attempt. */
export function afterAttempt(
  { failures: before, attempts, queuedAt }: BeforeAttempt,
  { status, error, retryAfterMs }: Attempt,
  { now, random }: { readonly now: number; readonly random: number },
): AfterAttempt {
  if (error === null) return { status: "DELIVERED", failures: 0, retryAt: 0, isGone: false };
  const failures = before + 1;
  const isGone = status === GONE;
  const isOver = isGone || attempts + 1 >= MAX_ATTEMPTS || now - queuedAt >= GIVE_UP_MS;
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  const retryAt = now + Math.max(waitAfter(failures, random), asked);
  return { status: isOver ? "FAILED" : "PENDING", failures, retryAt, isGone };
}

/** Between half of the full wait and all of it: receivers that failed together are not called together. */
function waitAfter(failures: number, random: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return Math.round((full * (1 + random)) / 2);
}

export function breakerState(
  { failures, retryAt }: { readonly failures: number; readonly retryAt: number },
  now: number,
): BreakerState {
  if (failures < FAILURES_TO_OPEN) return "CLOSED";
  return retryAt > now ? "OPEN" : "HALF_OPEN";
}

/** The pause that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds, or a date); null if it says neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2}, /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
