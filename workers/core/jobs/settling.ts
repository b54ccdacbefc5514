/** Writes a job's outcome to the database, which may refuse it for a while or for good. */

/** An outcome that could not be written to the database is tried again after this long. */
export const SETTLE_RETRY_MS = 10_000;
/** Five minutes of failures. An outcome that cannot be written by then is given up, and the job fails with the reason. */
export const MAX_SETTLE_ATTEMPTS = 30;

/** The outcome could not be written. `isFinal`: it never can be. */
export interface SettleFailed {
  readonly type: "settle-failed";
  readonly reason: string;
  readonly isFinal: boolean;
}

/** Failed attempts so far; a job that was stored before they were counted has none. */
export interface SettleState {
  readonly settleFailures?: number;
}

/** Whether to give up the outcome after this failure. */
export function isGivenUp({ settleFailures = 0 }: SettleState, { isFinal }: SettleFailed): boolean {
  return isFinal || settleFailures + 1 >= MAX_SETTLE_ATTEMPTS;
}

export function countSettleFailure<State extends SettleState>(state: State): State {
  return { ...state, settleFailures: (state.settleFailures ?? 0) + 1 };
}
