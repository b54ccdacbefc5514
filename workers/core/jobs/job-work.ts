/** What a job of stages was estimated to take, and what its tasks took so far. */
import type { JobWork, WorkEstimate, WorkMeasured } from "#contract/work.ts";

/** What one task took. */
export interface TaskWork extends Omit<WorkMeasured, "messages" | "process"> {
  /** Of its process; null where nobody tells. */
  readonly process: ProcessUse | null;
}

/** What a process took for a message so far. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  /** The most resident memory since the message began. */
  readonly peakBytes: number;
}

export function beginWork(estimate: WorkEstimate): JobWork {
  const measured = { messages: 0, reads: 0, writes: 0, read_bytes: 0, written_bytes: 0, seconds: 0 };
  return { estimate, measured: { ...measured, process: null } };
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
      process: took.process ? addProcess(measured.process, took.process) : measured.process,
    },
  };
}

function addProcess(
  so: WorkMeasured["process"],
  { cpuSeconds, peakBytes }: ProcessUse,
): WorkMeasured["process"] {
  return {
    cpu_seconds: (so?.cpu_seconds ?? 0) + cpuSeconds,
    most_cpu_seconds: Math.max(so?.most_cpu_seconds ?? 0, cpuSeconds),
    most_bytes: Math.max(so?.most_bytes ?? 0, peakBytes),
  };
}
