import { storedPart } from "#engine/algorithms/blend/stored-part.ts";
import type { FitTask, Model } from "#engine/algorithms/fit/algorithm.ts";
import type { Section } from "#engine/artifact/section.ts";

/** The model of a finished fit; the fit's own memory is given back. */
export function endFit(task: FitTask): Model {
  const model = task.model();
  task.dispose();
  return model;
}

/** How a component of a blend is kept. */
export interface Keeping<Kept> {
  readonly isQuantized: boolean;
  breathe(): Promise<void>;
  /** Stores or copies the sections, which lie in memory of the model. */
  keep(sections: readonly Section[]): Promise<Kept>;
}

/** Makes the stored form of a component where the model lies, keeps it, and disposes of the model. */
export async function keepStoredForm<Kept>(
  model: Model,
  { isQuantized, breathe, keep }: Keeping<Kept>,
): Promise<Kept> {
  try {
    const steps = storedPart(model, isQuantized, true);
    let step = steps.next();
    for (; !step.done; step = steps.next()) await breathe();
    return await keep(step.value);
  } finally {
    model.dispose();
  }
}
