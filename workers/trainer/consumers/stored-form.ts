import { storedPart } from "#engine/algorithms/blend/stored-part.ts";
import type { FitTask, Model } from "#engine/algorithms/fit/algorithm.ts";
import type { Section } from "#engine/artifact/section.ts";

/** The model of a finished fit; the fit's own memory is given back. */
export function endFit(task: FitTask): Model {
  const model = task.model();
  task.dispose();
  return model;
}

/** The stored form of a component of a blend, whose model is disposed. */
export async function storedFormOf(
  model: Model,
  isQuantized: boolean,
  breathe: () => Promise<void>,
): Promise<Section[]> {
  try {
    const steps = storedPart(model, isQuantized);
    let step = steps.next();
    for (; !step.done; step = steps.next()) await breathe();
    return step.value;
  } finally {
    model.dispose();
  }
}
