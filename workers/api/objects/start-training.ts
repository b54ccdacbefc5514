import { openDatabase } from "#db/database.ts";
import { trainingName } from "#jobs/job-names.ts";
import { systemClock } from "#platform/clock.ts";
import { giveUpTraining, trainingSpecOf } from "#services/models/trainings.ts";
import type { ApiBindings } from "../bindings.ts";

/** Starts the training of a model row, or nudges one that runs. Does nothing when the row is gone; one that cannot be trained fails. */
export async function startTraining(env: ApiBindings, modelId: number): Promise<void> {
  const db = openDatabase(env.DB);
  const spec = await trainingSpecOf({ db }, modelId);
  if (!spec) return giveUpTraining({ db, clock: systemClock }, modelId);
  const training = env.TRAININGS.get(env.TRAININGS.idFromName(trainingName(modelId)));
  await training.handle({ type: "start", spec });
}
