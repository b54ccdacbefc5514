import type { SettleFailed } from "#jobs/settling.ts";

/** The database will refuse it each time. The message is for the owner of the job. */
export class NeverSettles extends Error {}

/** What to report to a job whose outcome could not be written. */
export function settleFailure(error: unknown): SettleFailed {
  const isFinal = error instanceof NeverSettles || breaksRule(error);
  const reason = error instanceof NeverSettles ? error.message : "The outcome could not be stored.";
  return { type: "settle-failed", reason, isFinal };
}

/** Whether a rule of the database forbids it. A unique value that is in use does not count: the next attempt chooses another. */
function breaksRule(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/constraint failed/i.test(error.message)) return !/UNIQUE constraint failed/i.test(error.message);
  return breaksRule(error.cause);
}
