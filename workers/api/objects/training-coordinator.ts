import { openDatabase } from "#db/database.ts";
import type { SliceMessage } from "#jobs/messages.ts";
import type { TrainingJob, TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { systemClock } from "#platform/clock.ts";
import { recordTrainingProgress, settleTraining } from "#services/models/trainings.ts";
import { createJobs } from "../jobs.ts";
import { LeasedJobCoordinator } from "./leased-job-coordinator.ts";

/** One model on its way from a configuration to an artifact that serves. */
export class TrainingCoordinator extends LeasedJobCoordinator<TrainingSpec, TrainingResult> {
  protected override async send({ spec }: TrainingJob): Promise<void> {
    const message: SliceMessage = { v: 1, kind: "slice", modelId: spec.modelId };
    await this.env.TRAINING_QUEUE.send(message);
  }

  protected override recordProgress(job: TrainingJob): Promise<void> {
    return recordTrainingProgress(this.#deps(), job);
  }

  protected override settle(job: TrainingJob): Promise<void> {
    return settleTraining(this.#deps(), job);
  }

  #deps() {
    const db = openDatabase(this.env.DB);
    const { STORE: store, ROUTING: routing } = this.env;
    return { db, store, routing, jobs: createJobs(this.env, db), clock: systemClock };
  }
}
