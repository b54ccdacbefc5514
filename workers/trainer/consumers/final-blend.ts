import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { FitPart } from "#engine/algorithms/blend/blend-parts.ts";
import { nestComponents } from "#engine/algorithms/blend/blend-sections.ts";
import { blendRecipe } from "#engine/algorithms/blend/part-by-part.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { endFit, storedFormOf } from "./stored-form.ts";
import { asideNumbers, storeStudyPart } from "./study-part.ts";

/** A larger component waits in the object store while the others are fitted. */
const MOST_HELD_BYTES = 4e6;

export interface BlendFit {
  readonly deps: Pick<TrainerDeps, "artifacts" | "files" | "kernels">;
  readonly spec: StudySpec;
  readonly params: AlgorithmParams;
  readonly userItems: CsrMatrix;
  readonly seed: number;
  readonly work: Work;
}

/**
 * The stored form of what one fit of the blend gives, fitted component by component. No more than one of them is in memory beside
 * its data, and the memory that its fit grew is given back.
 */
export async function fitBlendByParts(fit: BlendFit): Promise<readonly Section[]> {
  const { deps, spec, params } = fit;
  const { parts, isQuantized } = blendRecipe(algorithmOf, params);
  const keys: string[] = [];
  try {
    const fitted: (() => Promise<readonly Section[]>)[] = [];
    for (const [at, part] of parts.entries()) {
      const sections = await deps.kernels.use((kernels) => storedForm(fit, kernels, part, isQuantized));
      if (bytesOf(sections) <= MOST_HELD_BYTES) {
        fitted.push(async () => sections);
        continue;
      }
      const { key } = await storeStudyPart(deps, spec, asideNumbers(spec).ofComponent(at), sections);
      keys.push(key);
      fitted.push(async () => (await deps.artifacts.get(key, CHECKPOINT_KIND)).sections);
    }
    const components = [];
    for (const [at, { name, weight }] of parts.entries()) {
      const read = fitted[at] as () => Promise<readonly Section[]>;
      components.push({ name, weight, sections: await read() });
    }
    return nestComponents(components);
  } finally {
    if (keys.length > 0) await deps.files.delete(keys);
  }
}

export function openBlend(sections: readonly Section[], kernels: Kernels): Model {
  return algorithmOf(BLEND).decode(sections, kernels);
}

/** A function of its own, whose end gives the fit's memory back. */
async function storedForm(
  { userItems, seed, work }: BlendFit,
  kernels: Kernels,
  { name, params }: FitPart,
  isQuantized: boolean,
): Promise<readonly Section[]> {
  const task = beginFit({ algorithm: name, params, userItems, kernels, seed });
  try {
    while (!task.done) {
      task.step();
      await work.breathe(task.progress);
    }
    return await storedFormOf(endFit(task), isQuantized, () => work.breathe(1));
  } finally {
    task.dispose();
  }
}

function bytesOf(sections: readonly Section[]): number {
  return sections.reduce((sum, { data }) => sum + data.byteLength, 0);
}
