import type { SliceMessage } from "#jobs/messages.ts";
import type { TrainingJob, TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { recordTrainingProgress } from "#services/models/trainings.ts";
import { settleTraining } from "#services/retraining/training-outcome.ts";
import { LeasedJobCoordinator } from "./leased-job-coordinator.ts";

/** The training of one model, from a configuration to an artifact. */
export class TrainingCoordinator extends LeasedJobCoordinator<TrainingSpec, TrainingResult> {
  protected override async send({ spec }: TrainingJob): Promise<void> {
    const message: SliceMessage = { v: 1, kind: "slice", modelId: spec.modelId };
    await this.queues.training.send(message);
  }

  protected override recordProgress(job: TrainingJob): Promise<void> {
    return recordTrainingProgress(this.deps, job);
  }

  protected override async settle(job: TrainingJob): Promise<void> {
    await settleTraining(this.deps, job);
    await advanceAirecProject(this.deps, job.spec.projectId);
  }
}
