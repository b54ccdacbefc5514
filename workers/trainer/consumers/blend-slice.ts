/**
 * The training of a blend, part by part. A slice works on one component, from a checkpoint to a checkpoint, or stores it when it is
 * fitted. The slice after the last component joins the stored parts as streams. No slice has more than one component in memory.
 */

import type { FitPart } from "#engine/algorithms/blend/blend-parts.ts";
import { nestComponents } from "#engine/algorithms/blend/blend-sections.ts";
import { coldItemsOf } from "#engine/algorithms/blend/cold-items.ts";
import { type BlendRecipe, blendRecipe } from "#engine/algorithms/blend/part-by-part.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { datasetSectionsInSteps } from "#engine/serve/model-artifact.ts";
import type { TrainingResult } from "#jobs/training-job.ts";
import { modelPartKey } from "#storage/keys.ts";
import { roomOrHandOver } from "../blocks/hand-over.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Ending } from "../work/leased-work.ts";
import { modelMeta } from "../work/model-meta.ts";
import type { Work } from "../work/work.ts";
import {
  type Checkpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  openTask,
  type Slice,
  sliceMsOf,
  storeCheckpoint,
  workFor,
} from "./fit-slice.ts";
import { endFit, keepStoredForm } from "./stored-form.ts";

export async function blendSlice(
  deps: TrainerDeps,
  kernels: Kernels,
  slice: Slice,
  work: Work,
): Promise<Ending<TrainingResult>> {
  const recipe = blendRecipe(algorithmOf, slice.spec.params);
  const before = await openCheckpoint(deps, slice);
  // A checkpoint of an earlier release holds a whole blend: that begins again.
  const part = before?.left.part ?? 0;
  const component = recipe.parts[part];
  if (!component) return { type: "complete", result: { bytes: await join(deps, slice, recipe, work) } };
  const own = before?.left.has_begun ? before : null;
  return workOnPart({ deps, kernels, slice, work, recipe, part, component, before: own });
}

interface PartWork {
  readonly deps: TrainerDeps;
  readonly kernels: Kernels;
  readonly slice: Slice;
  readonly work: Work;
  readonly recipe: BlendRecipe;
  readonly part: number;
  readonly component: FitPart;
  /** Null where the part begins. */
  readonly before: OpenedCheckpoint | null;
}

async function workOnPart(partWork: PartWork): Promise<Ending<TrainingResult>> {
  const { deps, slice, work, recipe, part } = partWork;
  const { model, checkpoint, progress } = await fitForSlice(partWork);
  if (model) {
    await keepStoredForm(model, {
      isQuantized: recipe.isQuantized,
      breathe: () => work.breathe(progress),
      keep: (sections) => storePart(partWork, sections),
    });
  }
  const next = checkpoint ?? {
    sections: [],
    left: { retained: 0, slice_ms: 0, part: part + 1, has_begun: false },
  };
  const checkpointKey = await storeCheckpoint(deps, slice, next);
  return { type: "slice-done", checkpointKey, progress };
}

interface Fitted {
  /** Of a component that is fitted. */
  readonly model: Model | null;
  /** Of one that is not. */
  readonly checkpoint: Checkpoint | null;
  /** Of the whole training. */
  readonly progress: number;
}

/** Its end lets go of the fit, and of the transposed data with it, so that storing a model has room. */
async function fitForSlice(partWork: PartWork): Promise<Fitted> {
  const { deps, kernels, slice, work, recipe, part, component, before } = partWork;
  const { spec } = slice;
  const dataset = await deps.datasets.load(spec, needsAges(component.name, component.params));
  if (part === 0 && !before) await roomOrHandOver(deps, slice, dataset);
  const order = { algorithm: component.name, params: component.params, seed: spec.seed };
  const task = await openTask(kernels, dataset, order, before?.artifact ?? null);
  const retained = task.progress;
  const sliceMs = sliceMsOf(deps, retained, before?.left);
  // Joining the parts counts as one more.
  const progressOf = (own: number) => (part + own) / (recipe.parts.length + 1);
  await workFor(task, work, sliceMs, (current) => progressOf(current.progress));
  if (task.done) return { model: endFit(task), checkpoint: null, progress: progressOf(1) };
  const checkpoint = {
    sections: task.checkpoint(),
    left: { retained, slice_ms: sliceMs, part, has_begun: true },
  };
  return { model: null, checkpoint, progress: progressOf(task.progress) };
}

async function storePart({ deps, slice, part }: PartWork, sections: readonly Section[]): Promise<void> {
  const { modelId, projectId } = slice.spec;
  const key = modelPartKey(projectId, modelId, part);
  const meta = { model_id: modelId, project_id: projectId, part };
  await deps.artifacts.put(key, { kind: CHECKPOINT_KIND, meta, sections });
}

/** @returns The size of the model. */
async function join(deps: TrainerDeps, { spec }: Slice, { parts }: BlendRecipe, work: Work): Promise<number> {
  const { modelId, projectId, algorithm, params, artifactKey } = spec;
  const dataset = await deps.datasets.load(spec);
  const components = [];
  for (const [part, { name, weights, lengthPower }] of parts.entries()) {
    const stored = await deps.artifacts.open(modelPartKey(projectId, modelId, part), CHECKPOINT_KIND);
    components.push({ name, weights, lengthPower, sections: stored.sections() });
  }
  const meta = modelMeta(spec);
  const tables = (await deps.datasets.tables(spec)) ?? undefined;
  const encoding = datasetSectionsInSteps(dataset, {
    ...{ tables, wholeHistoryBytes: deps.wholeHistoryBytes },
    keepsOrder: needsAges(algorithm, params),
  });
  let step = encoding.next();
  for (; !step.done; step = encoding.next()) await work.breathe(1);
  const coldItems = coldItemsOf(dataset.userItems, dataset.features);
  const sections = [...step.value, ...nestComponents(components, coldItems)];
  return deps.artifacts.put(artifactKey, { kind: MODEL_KIND, meta, sections });
}
