/** Reads a file, fits a model to a part of it and measures it on the rest, with the stages of data past one isolate. */
import type { Metrics } from "#engine/evaluate/metrics.ts";
import type { BlockedMatrix } from "#engine/scale/blocks/blocked-matrix.ts";
import { openMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { type BlockedEvaluationResult, evaluationResult } from "#engine/scale/evaluate/evaluation-plan.ts";
import { heldOutUsers } from "#engine/scale/split/split-plan.ts";
import { createNodeKernels } from "../files/node-kernels.ts";
import type { Progress } from "../terminal/progress.ts";
import { type BlockedJob, type PlanName, planStore } from "./job.ts";
import { fittedData, openPlan } from "./open-plan.ts";
import { readByBlocks, runStages } from "./run-stages.ts";
import { createBreathe, createTaskRunner } from "./task-runner.ts";
import type { WorkFolder } from "./work-folder.ts";

export interface BlockedMeasurement {
  readonly job: Omit<BlockedJob, "folder">;
  readonly folder: WorkFolder;
  readonly jobs: number;
  readonly progress: Progress;
}

export interface BlockedMeasured extends Pick<BlockedEvaluationResult, "intervals"> {
  readonly metrics: Metrics;
  /** Users that were measured. */
  readonly measuredUsers: number;
  /** What was fitted to. */
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly heldOutInteractions: number;
  /** Users with something held out, and those of them with nothing else. */
  readonly heldOutUsers: number;
  readonly coldUsers: number;
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
}

/** Throws what reading, splitting, fitting and measuring in one piece throw. */
export async function evaluateByBlocks(measurement: BlockedMeasurement): Promise<BlockedMeasured> {
  const { folder, jobs, progress } = measurement;
  const job = { ...measurement.job, folder: folder.path };
  const runner = await createTaskRunner(job, jobs);
  folder.stopFirst(() => runner.close());
  const effects = { kernels: await createNodeKernels(), breathe: createBreathe() };
  const run = async (name: PlanName, title: string) => {
    const startedAt = performance.now();
    const { stages } = await openPlan(job, name, effects);
    await runStages(name, stages, { runner, progress, title });
    return (performance.now() - startedAt) / 1000;
  };
  try {
    await readByBlocks(job, runner, progress);
    await run("split", "Splitting");
    const fitSeconds = await run("fit", `Fitting ${job.algorithm}`);
    const evaluateSeconds = await run("evaluate", `Evaluating ${job.algorithm}`);
    const { metrics, intervals, users } = await evaluationResult(planStore(job, "evaluate"));
    const seconds = { fitSeconds, evaluateSeconds };
    return { metrics, intervals, measuredUsers: users, ...seconds, ...(await countsOf(job)) };
  } finally {
    await runner.close();
  }
}

async function countsOf(job: BlockedJob) {
  const { userItems } = await fittedData(job);
  const heldout = await openMatrix(planStore(job, "split"), heldOutUsers("test"));
  let [heldOut, cold] = [0, 0];
  for (const block of userItems.blocks.keys()) {
    const known = await lengthsOf(userItems, block);
    for (const [row, length] of (await lengthsOf(heldout, block)).entries()) {
      if (length === 0) continue;
      heldOut++;
      if (known[row] === 0) cold++;
    }
  }
  const { rowCount: users, columnCount: items, interactionCount: interactions } = userItems;
  return {
    ...{ users, items, interactions, heldOutInteractions: heldout.interactionCount },
    ...{ heldOutUsers: heldOut, coldUsers: cold },
  };
}

async function lengthsOf(matrix: BlockedMatrix, block: number): Promise<Uint32Array> {
  const { rowCount, indptr } = await matrix.read(block);
  return Uint32Array.from(
    { length: rowCount },
    (_, row) => (indptr[row + 1] as number) - (indptr[row] as number),
  );
}
