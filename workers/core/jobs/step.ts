import type { Millis } from "./leased-task.ts";

/** The result of one event for a job: its next state, its effects, its answer, and when to wake next. */
export interface Step<State, Effect, Reply> {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly reply: Reply;
  readonly alarmAt: Millis | null;
}

/** The earliest of the times that are set. */
export function earliest(times: readonly (Millis | null)[]): Millis | null {
  let first: Millis | null = null;
  for (const time of times) if (time !== null && (first === null || time < first)) first = time;
  return first;
}

/** Closes a switch over a union: adding a case without handling it fails the type check. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected case: ${JSON.stringify(value)}`);
}
