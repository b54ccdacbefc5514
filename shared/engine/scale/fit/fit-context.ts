import type { EncodeOptions, Model } from "../../algorithms/fit/algorithm.ts";
import type { Section } from "../../artifact/section.ts";
import type { Breathe } from "../../data/breathe.ts";
import type { Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { BlockedDataset } from "../blocks/blocked-matrix.ts";
import type { ObjectStore } from "../blocks/object-store.ts";
import { getSections } from "../blocks/section-object.ts";
import type { BlockList } from "../blocks/stored-matrix.ts";
import type { StagedPlan } from "../plan/staged-plan.ts";

/** What a task of a fit works with. */
export interface FitContext {
  readonly data: BlockedDataset;
  /** Of this fit alone: names are the plan's own. */
  readonly store: ObjectStore;
  readonly kernels: Kernels;
  /** Called every few milliseconds. */
  readonly breathe: Breathe;
}

/** The sizes of the blocks of a dataset, all that a plan and its estimate are made of. */
export interface DataShape {
  readonly userItems: BlockList;
  readonly itemUsers: BlockList;
  /** Σ d_u² over users with d_u interactions, for estimates alone; `pairUpdatesOf` is assumed where it is absent. */
  readonly pairUpdates?: number;
}

export type FitPlan = StagedPlan<FitContext>;

/** The name of the object with the sections of the fitted model. */
export const MODEL = "model";

/** The sections that a fit by blocks ended with, as `Model.encode` writes them. Throws `BAD_DATA` before its end. */
export function fittedSections(store: ObjectStore): Promise<Section[]> {
  return getSections(store, MODEL);
}

/** The sections of a model as they are stored. */
export function* encodedModel(model: Model, options: EncodeOptions = {}): Steps<Section[]> {
  return model.encodeInSteps ? yield* model.encodeInSteps(options) : model.encode(options);
}

/** Runs steps to their end, with a breath after each. */
export async function finishBreathing<Result>(steps: Steps<Result>, breathe: Breathe): Promise<Result> {
  let step = steps.next();
  while (!step.done) {
    await breathe();
    step = steps.next();
  }
  return step.value;
}
