import type { PlannedStage, StagedPlan } from "./staged-plan.ts";

/** A stage with what its tasks do. */
export interface NamedStage<Context> extends PlannedStage {
  readonly run: (task: number, context: Context) => Promise<void>;
}

/** A plan of stages that each know their own work. */
export class StagedTasks<Context> implements StagedPlan<Context> {
  readonly stages: readonly NamedStage<Context>[];

  constructor(stages: readonly NamedStage<Context>[]) {
    this.stages = stages;
  }

  async runTask(stage: number, task: number, context: Context): Promise<void> {
    const found = this.stages[stage];
    if (!found || !(task >= 0 && task < found.taskCount)) {
      throw new RangeError(`The plan has no task ${task} in its stage ${stage}.`);
    }
    await found.run(task, context);
  }
}
