/**
 * One piece of work that a queue message announces and a trainer claims: the smallest state machine of all jobs. Queues deliver
 * at least once, and local ones forget on restart. So the message carries only a key, and the claim decides who works. A worker
 * without a current claim is told to stop. Independent of the kind of work.
 */

/** Milliseconds since the epoch. */
export type Millis = number;

export interface LeasedTask {
  readonly phase: "waiting" | "running" | "done" | "failed";
  /** Claims so far. A worker's calls carry the number of its claim, so that a late one is recognised. */
  readonly claims: number;
  /** Claims that ended without a result. */
  readonly failures: number;
  /** When the message was last sent. */
  readonly sentAt: Millis;
  /** Until when the present claim holds; 0 unless running. */
  readonly leaseUntil: Millis;
  readonly lastError: string | null;
}

/** A worker renews every 5 s (`LEASE_RENEWAL_MS`); after three missed renewals another worker gets the work. */
export const LEASE_TTL_MS = 20_000;
export const LEASE_RENEWAL_MS = 5_000;
/** A message that is not claimed for this long counts as lost and is sent again; a claim makes the second one harmless. */
export const RESEND_AFTER_MS = 60_000;
/** After a restart of the local stack every message is gone: then a message counts as lost after two seconds. */
export const RESEND_AFTER_POKE_MS = 2_000;
export const MAX_ATTEMPTS = 3;

export function newTask(now: Millis): LeasedTask {
  return { phase: "waiting", claims: 0, failures: 0, sentAt: now, leaseUntil: 0, lastError: null };
}

/** Gives a waiting task to a worker; null when it is not waiting (a repeated or late message). */
export function claimTask(task: LeasedTask, now: Millis): LeasedTask | null {
  if (task.phase !== "waiting") return null;
  return { ...task, phase: "running", claims: task.claims + 1, leaseUntil: now + LEASE_TTL_MS };
}

export function holdsClaim(task: LeasedTask, claim: number): boolean {
  return task.phase === "running" && task.claims === claim;
}

export function renewTask(task: LeasedTask, now: Millis): LeasedTask {
  return { ...task, leaseUntil: now + LEASE_TTL_MS };
}

/** Waits for the next worker to continue; resets the failures, keeps the number of claims. */
export function continueTask(task: LeasedTask, now: Millis): LeasedTask {
  return { ...task, phase: "waiting", failures: 0, sentAt: now, leaseUntil: 0, lastError: null };
}

/** Ends a task for good, without another attempt. */
export function refuseTask(task: LeasedTask, reason: string): LeasedTask {
  return { ...task, phase: "failed", leaseUntil: 0, lastError: reason };
}

export function finishTask(task: LeasedTask): LeasedTask {
  return { ...task, phase: "done", leaseUntil: 0 };
}

/** Ends the present claim without a result: waiting again, or failed after the third attempt. */
export function endClaim(task: LeasedTask, reason: string, now: Millis): LeasedTask {
  const failures = task.failures + 1;
  const phase = failures >= MAX_ATTEMPTS ? "failed" : "waiting";
  return { ...task, phase, failures, sentAt: now, leaseUntil: 0, lastError: reason };
}

export function markSent(task: LeasedTask, now: Millis): LeasedTask {
  return { ...task, sentAt: now };
}

/** Applies the passing of time to a task. */
export function overdue(
  task: LeasedTask,
  now: Millis,
  resendAfterMs: Millis,
): "lease-lost" | "message-lost" | null {
  if (task.phase === "running" && now >= task.leaseUntil) return "lease-lost";
  if (task.phase === "waiting" && now >= task.sentAt + resendAfterMs) return "message-lost";
  return null;
}

export function isOver(task: LeasedTask): boolean {
  return task.phase === "done" || task.phase === "failed";
}

/** When to look at the task next; null when nothing is left to wait for. */
export function dueAt(task: LeasedTask): Millis | null {
  if (task.phase === "running") return task.leaseUntil;
  if (task.phase === "waiting") return task.sentAt + RESEND_AFTER_MS;
  return null;
}

/** The reason of a claim that ended because its worker fell silent. */
export const LEASE_LOST = "The worker stopped answering.";
