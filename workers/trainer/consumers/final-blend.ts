import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { FitPart } from "#engine/algorithms/blend/blend-parts.ts";
import { nestComponents } from "#engine/algorithms/blend/blend-sections.ts";
import { coldItemsOf } from "#engine/algorithms/blend/cold-items.ts";
import { blendRecipe } from "#engine/algorithms/blend/part-by-part.ts";
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { SideFeatures } from "#engine/data/side-features.ts";
import { estimateFit, MESSAGE_BUDGET_MB } from "#engine/estimate/estimate-fit.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { FitOrder } from "#engine/split/order-within.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { endFit, type Keeping, keepStoredForm } from "./stored-form.ts";
import { asideNumbers, type MeasuredPlace, storeStudyPart } from "./study-part.ts";

/** A component of this size waits in memory while the others are fitted. A larger one does so where the largest fit leaves room for it. */
const ALWAYS_HELD_BYTES = 4e6;

export interface BlendFit {
  readonly deps: Pick<TrainerDeps, "artifacts" | "files" | "kernels">;
  readonly spec: StudySpec;
  readonly params: AlgorithmParams;
  readonly userItems: CsrMatrix;
  readonly features: SideFeatures | undefined;
  readonly order: FitOrder;
  readonly seed: number;
  /** Of this attempt: an abandoned one may still delete its own components. */
  readonly claim: number;
  readonly place: MeasuredPlace;
  readonly work: Work;
}

/**
 * The stored form of what one fit of the blend gives, fitted component by component. No more than one of them is in memory beside
 * its data, and the memory that its fit grew is given back.
 */
export async function fitBlendByParts(fit: BlendFit): Promise<readonly Section[]> {
  const { parts, isQuantized } = blendRecipe(algorithmOf, fit.params);
  const aside = createAside(fit, roomBeside(fit, parts));
  try {
    for (const [at, part] of parts.entries()) {
      await fit.deps.kernels.use((kernels) =>
        fitPart(fit, kernels, part, { isQuantized, keep: (sections) => aside.put(at, sections) }),
      );
    }
    const components = [];
    for (const [at, { name, weights, lengthPower }] of parts.entries()) {
      components.push({ name, weights, lengthPower, sections: await aside.get(at) });
    }
    return nestComponents(components, coldItemsOf(fit.userItems, fit.features));
  } finally {
    await aside.forget();
  }
}

interface Aside {
  put(at: number, sections: readonly Section[]): Promise<void>;
  get(at: number): Promise<readonly Section[]>;
  /** Deletes what was stored. */
  forget(): Promise<void>;
}

/** Bytes beside the largest fit of a blend, by its estimate; may be below 0. */
function roomBeside({ userItems, features, order, spec }: BlendFit, parts: readonly FitPart[]): number {
  const shape = shapeOf(userItems, features, order);
  const budgetMb = Math.min(MESSAGE_BUDGET_MB, spec.memoryBudgetMb ?? MESSAGE_BUDGET_MB);
  const peaks = parts.map(({ name, params }) => estimateFit(shape, name, params).peakMb);
  return 1e6 * (budgetMb - Math.max(...peaks));
}

/**
 * Keeps components while others are fitted, by their place in the blend.
 *
 * @param room Bytes for all that are held.
 */
function createAside({ deps, spec, claim, place }: BlendFit, room: number): Aside {
  const held = new Map<number, readonly Section[]>();
  let heldBytes = 0;
  const keys = new Map<number, string>();
  return {
    async put(at, sections) {
      const bytes = bytesOf(sections);
      if (bytes <= ALWAYS_HELD_BYTES || heldBytes + bytes <= room) {
        heldBytes += bytes;
        held.set(
          at,
          sections.map(({ name, data }) => ({ name, data: data.slice() })),
        );
        return;
      }
      const number = asideNumbers(spec).ofComponent(at, claim, place);
      keys.set(at, (await storeStudyPart(deps, spec, number, sections)).key);
    },
    async get(at) {
      const key = keys.get(at);
      if (key === undefined) return held.get(at) ?? [];
      return (await deps.artifacts.get(key, CHECKPOINT_KIND)).sections;
    },
    async forget() {
      if (keys.size > 0) await deps.files.delete([...keys.values()]);
    },
  };
}

export function openBlend(sections: readonly Section[], kernels: Kernels): Model {
  return algorithmOf(BLEND).decode(sections, kernels);
}

async function fitPart(
  { userItems, features, order, seed, work }: BlendFit,
  kernels: Kernels,
  { name, params }: FitPart,
  keeping: Omit<Keeping<void>, "breathe">,
): Promise<void> {
  const task = beginFit({ algorithm: name, params, userItems, features, ...order, kernels, seed });
  try {
    while (!task.done) {
      task.step();
      await work.breathe(task.progress);
    }
    await keepStoredForm(endFit(task), { ...keeping, breathe: () => work.breathe(1) });
  } finally {
    task.dispose();
  }
}

function bytesOf(sections: readonly Section[]): number {
  return sections.reduce((sum, { data }) => sum + data.byteLength, 0);
}
