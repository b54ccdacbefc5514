import { describe, expect, it } from "vitest";
import {
  type Attempt,
  afterAttempt,
  breakerState,
  FAILURES_TO_OPEN,
  FIRST_WAIT_MS,
  GIVE_UP_MS,
  LONGEST_RETRY_AFTER_MS,
  LONGEST_WAIT_MS,
  MAX_ATTEMPTS,
  retryAfterMs,
} from "#services/webhooks/delivery-policy.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
const FRESH = { failures: 0, attempts: 0, queuedAt: NOW };
const failed = (fields: Partial<Attempt> = {}): Attempt => ({
  ...{ status: 500, error: "The address answered 500.", retryAfterMs: null },
  ...fields,
});
const at = (random = 0) => ({ now: NOW, random });

describe("after an attempt", () => {
  it("that arrived, nothing of earlier failures is left", () => {
    const arrived = { status: 204, error: null, retryAfterMs: null };
    expect(afterAttempt({ ...FRESH, failures: 7, attempts: 3 }, arrived, at())).toEqual({
      ...{ status: "DELIVERED", failures: 0, retryAt: 0, isGone: false },
    });
  });

  it("that failed, the wait doubles up to an hour, and is drawn from its upper half", () => {
    const waits = (random: number) =>
      Array.from(
        { length: 10 },
        (_, failures) => afterAttempt({ ...FRESH, failures }, failed(), at(random)).retryAt - NOW,
      );
    const full = Array.from({ length: 10 }, (_, n) => Math.min(FIRST_WAIT_MS * 2 ** n, LONGEST_WAIT_MS));
    expect(waits(0)).toEqual(full.map((wait) => wait / 2));
    expect(waits(1 - 2 ** -32)).toEqual(full);
    expect(full.at(-1)).toBe(LONGEST_WAIT_MS);
  });

  it("that asked for a longer pause, the pause is kept, and never more than a day", () => {
    const retryAt = (ms: number) => afterAttempt(FRESH, failed({ retryAfterMs: ms }), at()).retryAt - NOW;
    expect(retryAt(600_000)).toBe(600_000);
    expect(retryAt(1)).toBe(FIRST_WAIT_MS / 2);
    expect(retryAt(1e12)).toBe(LONGEST_RETRY_AFTER_MS);
  });

  it.each([
    ["the last of its attempts", { ...FRESH, attempts: MAX_ATTEMPTS - 1 }, failed(), "FAILED", false],
    ["one before the last", { ...FRESH, attempts: MAX_ATTEMPTS - 2 }, failed(), "PENDING", false],
    ["one after a day", { ...FRESH, queuedAt: NOW - GIVE_UP_MS }, failed(), "FAILED", false],
    ["one just before a day", { ...FRESH, queuedAt: NOW - GIVE_UP_MS + 1 }, failed(), "PENDING", false],
    ["410", FRESH, failed({ status: 410 }), "FAILED", true],
    ["no answer", FRESH, failed({ status: null }), "PENDING", false],
  ])("%s is given up or not", (_, before, attempt, status, isGone) => {
    expect(afterAttempt(before, attempt, at())).toMatchObject({ status, isGone });
  });
});

describe("the breaker", () => {
  it.each([
    [FAILURES_TO_OPEN - 1, NOW + 1, "CLOSED"],
    [FAILURES_TO_OPEN, NOW + 1, "OPEN"],
    [FAILURES_TO_OPEN, NOW, "HALF_OPEN"],
    [0, 0, "CLOSED"],
  ])("after %d failures with a retry at %d is %s", (failures, retryAt, state) => {
    expect(breakerState({ failures, retryAt }, NOW)).toBe(state);
  });
});

describe("Retry-After", () => {
  it.each([
    [null, null],
    ["120", 120_000],
    [" 0 ", 0],
    ["Fri, 27 Nov 2026 12:01:00 GMT", 60_000],
    ["Fri, 27 Nov 2026 11:59:00 GMT", 0],
    ["-5", null],
    ["soon", null],
    ["99999999999", null],
  ])("%j is a pause of %j ms", (header, pause) => {
    expect(retryAfterMs(header, NOW)).toBe(pause);
  });
});
