import { openDatabase } from "#db/database.ts";
import { trainingName } from "#jobs/job-names.ts";
import { trainingSpecOf } from "#services/trainings.ts";
import type { ApiBindings } from "../bindings.ts";

/** Starts the training of a model row, or nudges one that runs. Does nothing when the row is gone. */
export async function startTraining(env: ApiBindings, modelId: number): Promise<void> {
  const spec = await trainingSpecOf({ db: openDatabase(env.DB) }, modelId);
  if (!spec) return;
  const training = env.TRAININGS.get(env.TRAININGS.idFromName(trainingName(modelId)));
  await training.handle({ type: "start", spec });
}
