import type { StageLoad } from "./stage-load.ts";

/** Tasks that need nothing of each other: they run in any order, at the same time, and more than once. */
export interface Stage {
  readonly name: string;
  readonly taskCount: number;
}

/** A stage whose load is known before it runs. */
export interface PlannedStage extends Stage {
  /** What its tasks take together. */
  readonly load: StageLoad;
}

/**
 * Work past one isolate: stages one after another, each a number of tasks. A task reads objects that earlier stages wrote and writes
 * its own, always the same bytes, so a task that runs twice does no harm.
 *
 * @typeParam Context What a task works with: data, an object store, kernels.
 */
export interface StagedPlan<Context> {
  readonly stages: readonly PlannedStage[];
  /** Runs one task. Throws RangeError for one that the plan does not have. */
  runTask(stage: number, task: number, context: Context): Promise<void>;
}

/** Runs all tasks one after another. */
export async function runPlan<Context>(plan: StagedPlan<Context>, context: Context): Promise<void> {
  for (const [stage, { taskCount }] of plan.stages.entries()) {
    for (let task = 0; task < taskCount; task++) await plan.runTask(stage, task, context);
  }
}
