import type { FitTaskMessage, SliceMessage } from "#jobs/messages.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import type { TrainingJob, TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { recordTrainingProgress } from "#services/models/trainings.ts";
import { settleTraining } from "#services/retraining/training-outcome.ts";
import { fitPrefix } from "#storage/keys.ts";
import { CuttableCoordinator } from "./cuttable-coordinator.ts";

/** The training of one model, from a configuration to an artifact, by one worker or by many. */
export class TrainingCoordinator extends CuttableCoordinator<TrainingSpec, TrainingResult> {
  protected override async send({ modelId }: TrainingSpec): Promise<void> {
    const message: SliceMessage = { v: 1, kind: "slice", modelId };
    await this.queues.training.send(message);
  }

  protected override async sendTask({ modelId }: TrainingSpec, ref: TaskRef): Promise<void> {
    const message: FitTaskMessage = { v: 1, kind: "fit-task", modelId, ...ref };
    await this.queues.training.send(message);
  }

  protected override recordProgress(job: TrainingJob): Promise<void> {
    return recordTrainingProgress(this.deps, job);
  }

  protected override async settle(job: TrainingJob): Promise<void> {
    await settleTraining(this.deps, job);
    await advanceAirecProject(this.deps, job.spec.projectId);
  }

  protected override prefix({ projectId, modelId }: TrainingSpec): string {
    return fitPrefix(projectId, modelId);
  }
}
