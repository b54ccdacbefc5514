/** Runs the stages of work by blocks, and shows how far they are. */
import { finishDataset } from "#engine/scale/ingest/finish-dataset.ts";
import { FIRST_INGEST_STAGES, type IngestStage } from "#engine/scale/ingest/ingest-plan.ts";
import type { Stage } from "#engine/scale/plan/staged-plan.ts";
import { reportWarnings } from "../files/load-dataset.ts";
import { namedAfter } from "../files/read-file.ts";
import type { Progress } from "../terminal/progress.ts";
import { type BlockedJob, ingestWorkOf, type PlanName, storeOf } from "./job.ts";
import { openDataset, putDataset, type StoredDataset } from "./stored-dataset.ts";
import { createBreathe, type TaskRunner } from "./task-runner.ts";

/** Reads the file of a job. Throws `UsageError` that names it, with the line where there is one. */
export async function readByBlocks(
  job: BlockedJob,
  runner: TaskRunner,
  progress: Progress,
): Promise<StoredDataset> {
  const { path } = job;
  const stages: IngestStage[] = [...FIRST_INGEST_STAGES];
  try {
    for (let at = 0; at < stages.length; at++) {
      const { name, taskCount } = stages[at] as IngestStage;
      progress.stage(`Reading ${path}: ${name}`);
      const orders = Array.from({ length: taskCount }, (_, task) => ({
        ...{ plan: "read" as const, stage: name, task },
      }));
      stages.push(...(await runner.runAll(orders, shownIn(progress, taskCount))));
    }
    const work = ingestWorkOf(job, createBreathe());
    const { sections, report } = await finishDataset(work);
    reportWarnings(path, job.columns, report, progress);
    await putDataset(work.store, sections);
    return await openDataset(storeOf(job));
  } catch (error) {
    throw namedAfter(path, error);
  }
}

/** Runs the stages of a plan. @param title What is done, e.g. `Fitting IALS`. */
export async function runStages(
  plan: PlanName,
  stages: readonly Stage[],
  {
    runner,
    progress,
    title,
  }: { readonly runner: TaskRunner; readonly progress: Progress; readonly title: string },
): Promise<void> {
  for (const [stage, { name, taskCount }] of stages.entries()) {
    progress.stage(`${title}, ${stage + 1} of ${stages.length}: ${name}`);
    const orders = Array.from({ length: taskCount }, (_, task) => ({ plan, stage, task }));
    await runner.runAll(orders, shownIn(progress, taskCount));
  }
}

function shownIn(progress: Progress, taskCount: number) {
  return (done: number) => progress.update(done / taskCount, `${done} of ${taskCount}`);
}
