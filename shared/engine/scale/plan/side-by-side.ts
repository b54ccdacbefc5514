import { addLoads } from "./stage-load.ts";
import type { StagedPlan } from "./staged-plan.ts";
import type { NamedStage } from "./staged-tasks.ts";

/** Stages of a plan that has others beside it. */
export interface Lane<Context> {
  readonly name: string;
  readonly stages: readonly NamedStage<Context>[];
}

/** One plan of several that need nothing of each other: its stage n is stage n of all that have one, so it has no more barriers than the longest. */
export function sideBySide<Context>(lanes: readonly Lane<Context>[]): NamedStage<Context>[] {
  const count = Math.max(0, ...lanes.map(({ stages }) => stages.length));
  return Array.from({ length: count }, (_, at) => stageOf(lanes, at));
}

function stageOf<Context>(lanes: readonly Lane<Context>[], at: number): NamedStage<Context> {
  const taken = lanes.flatMap(({ name, stages }) => {
    const own = stages[at];
    return own ? [{ name, own }] : [];
  });
  return {
    name: taken.map(({ name, own }) => `${name} ${own.name}`).join(", "),
    taskCount: taken.reduce((sum, { own }) => sum + own.taskCount, 0),
    load: taken.map(({ own }) => own.load).reduce(addLoads),
    async run(task, context) {
      let first = 0;
      for (const { own } of taken) {
        if (task < first + own.taskCount) return await own.run(task - first, context);
        first += own.taskCount;
      }
    },
  };
}

/** The stages of a plan as those of another context. @param within What the plan works with, of the other's context. */
export function stagesWithin<Context, Own>(
  plan: StagedPlan<Own>,
  within: (context: Context) => Own,
): NamedStage<Context>[] {
  return plan.stages.map(({ name, taskCount, load }, stage) => ({
    ...{ name, taskCount, load },
    run: (task, context) => plan.runTask(stage, task, within(context)),
  }));
}
