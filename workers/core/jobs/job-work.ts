/** What a job of stages was estimated to take, and what its tasks took so far. */
import type { JobWork, WorkEstimate, WorkMeasured } from "#contract/work.ts";

/** What one task took. */
export type TaskWork = Omit<WorkMeasured, "messages">;

export function beginWork(estimate: WorkEstimate): JobWork {
  const measured = { messages: 0, reads: 0, writes: 0, read_bytes: 0, written_bytes: 0, seconds: 0 };
  return { estimate, measured };
}

/** Adds what a task took that has ended. Attempts without a result are not counted. */
export function addWork({ estimate, measured }: JobWork, took: TaskWork): JobWork {
  return {
    estimate,
    measured: {
      messages: measured.messages + 1,
      reads: measured.reads + took.reads,
      writes: measured.writes + took.writes,
      read_bytes: measured.read_bytes + took.read_bytes,
      written_bytes: measured.written_bytes + took.written_bytes,
      seconds: measured.seconds + took.seconds,
    },
  };
}
