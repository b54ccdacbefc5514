/** The steps of a project from a file to live recommendations, and the next one. */

export type StepName = "data" | "tuning" | "model" | "key";
export type StepState = "done" | "running" | "next" | "later";

export interface ProjectStep {
  readonly name: StepName;
  readonly state: StepState;
  /** The work of this step failed and must be done again. */
  readonly failed: boolean;
}

export interface ProjectProgress {
  /** Statuses of the project's rows, newest first. */
  readonly data: readonly string[];
  readonly jobs: readonly string[];
  readonly models: readonly string[];
  readonly activeKeyCount: number;
}

const RUNNING: readonly string[] = ["PENDING", "INGESTING", "RUNNING", "TRAINING"];

/**
 * The four steps in order. Cases of a step, first match wins:
 *  - its work goes on            → running
 *  - it has a result             → done
 *  - all steps before it are done → next
 *  - otherwise                   → later
 * A model counts as tuned, whichever way its settings were found. Without a model, a key alone puts nothing live.
 */
export function projectSteps(progress: ProjectProgress): readonly ProjectStep[] {
  const hasModel = progress.models.includes("READY");
  const facts: readonly { name: StepName; statuses: readonly string[]; isDone: boolean }[] = [
    { name: "data", statuses: progress.data, isDone: progress.data.includes("READY") },
    { name: "tuning", statuses: progress.jobs, isDone: progress.jobs.includes("COMPLETED") || hasModel },
    { name: "model", statuses: progress.models, isDone: hasModel },
    { name: "key", statuses: [], isDone: hasModel && progress.activeKeyCount > 0 },
  ];
  let isReached = true;
  return facts.map(({ name, statuses, isDone }) => {
    const isRunning = statuses.some((status) => RUNNING.includes(status));
    const state: StepState =
      isRunning && !isDone ? "running" : isDone ? "done" : isReached ? "next" : "later";
    isReached &&= state === "done";
    return { name, state, failed: !isDone && statuses[0] === "FAILED" };
  });
}
