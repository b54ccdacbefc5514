import { MAX_PARALLEL_TRIALS } from "#contract/limits.ts";
import type { TaskLink, TaskStatus } from "#contract/task.ts";
import { isoTime } from "#services/resources/iso-time.ts";

interface Work {
  readonly kind: "search" | "finish" | "train";
  readonly rowId: number;
  readonly index: number;
  readonly status: TaskStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const KIND_DIGIT = { search: 1, finish: 2, train: 3 } as const;

/** An id in the right form that is always the same for the same work: our jobs are not rows of a task queue. */
function taskId({ kind, rowId, index }: Work): string {
  const row = rowId.toString(16).padStart(8, "0").slice(-8);
  const place = index.toString(16).padStart(12, "0");
  return `${row}-000${KIND_DIGIT[kind]}-8000-8000-${place}`;
}

function toTaskLink(work: Work): TaskLink {
  const isDone = work.status !== "PENDING" && work.status !== "STARTED";
  return {
    task: {
      task_id: taskId(work),
      status: work.status,
      date_created: isoTime(work.createdAt),
      date_done: isDone ? isoTime(work.updatedAt) : null,
      traceback: null,
    },
  };
}

interface JobState {
  readonly id: number;
  readonly status: "PENDING" | "RUNNING" | "PAUSED" | "COMPLETED" | "FAILED" | "CANCELLED";
  readonly parallelTrials: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const JOB_TASKS = {
  PENDING: null,
  RUNNING: "STARTED",
  PAUSED: "STARTED",
  COMPLETED: "SUCCESS",
  FAILED: "FAILURE",
  CANCELLED: "REVOKED",
} as const;

/** One task for each parallel trial, at most as many as a job may have, and, after success, the one that stores the winner. */
export function jobTaskLinks(job: JobState): TaskLink[] {
  const status = JOB_TASKS[job.status];
  if (status === null) return [];
  const work = { rowId: job.id, status, createdAt: job.createdAt, updatedAt: job.updatedAt } as const;
  const length = Math.min(job.parallelTrials, MAX_PARALLEL_TRIALS) || 0;
  const searches = Array.from({ length }, (_, index) => toTaskLink({ ...work, kind: "search", index }));
  return status === "SUCCESS" ? [...searches, toTaskLink({ ...work, kind: "finish", index: 0 })] : searches;
}

interface ModelState {
  readonly id: number;
  readonly status: "PENDING" | "TRAINING" | "READY" | "FAILED";
  readonly createdAt: number;
  readonly updatedAt: number;
}

const MODEL_TASKS = { PENDING: null, TRAINING: "STARTED", READY: "SUCCESS", FAILED: "FAILURE" } as const;

export function modelTaskLinks(model: ModelState): TaskLink[] {
  const status = MODEL_TASKS[model.status];
  if (status === null) return [];
  const { id: rowId, createdAt, updatedAt } = model;
  return [toTaskLink({ kind: "train", rowId, index: 0, status, createdAt, updatedAt })];
}
