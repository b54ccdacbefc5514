/** The tasks of work by blocks: every thread makes the same plans from the same description. */
import type { Breathe } from "#engine/data/breathe.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type IngestStage, runIngestTask } from "#engine/scale/ingest/ingest-plan.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { type BlockedJob, ingestWorkOf, type PlanName, type TaskOrder } from "./job.ts";
import { type OpenedPlan, openPlan } from "./open-plan.ts";

/** Runs the tasks of a job, one at a time. */
export class BlockedTasks {
  readonly #job: BlockedJob;
  readonly #kernels: Kernels;
  readonly #breathe: Breathe;
  #opened: { readonly name: PlanName; readonly plan: OpenedPlan } | null = null;

  constructor(job: BlockedJob, kernels: Kernels, breathe: Breathe) {
    this.#job = job;
    this.#kernels = kernels;
    this.#breathe = breathe;
  }

  /** Throws what the task throws. Returns the stages that follow, where reading decides that. */
  async run(order: TaskOrder): Promise<readonly IngestStage[]> {
    try {
      return await this.#run(order);
    } finally {
      collectGarbage();
    }
  }

  async #run(order: TaskOrder): Promise<readonly IngestStage[]> {
    const [job, breathe] = [this.#job, this.#breathe];
    if (order.plan === "read") return runIngestTask(ingestWorkOf(job, breathe), order.stage, order.task);
    if (this.#opened?.name !== order.plan) {
      const plan = await openPlan(job, order.plan, { kernels: this.#kernels, breathe });
      this.#opened = { name: order.plan, plan };
    }
    await this.#opened.plan.runTask(order.stage, order.task);
    return [];
  }
}
