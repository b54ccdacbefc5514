import type { Section } from "../../artifact/section.ts";
import { requireSideFeatures } from "../../data/side-features.ts";
import type { Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { Algorithm, FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { MappedModel } from "./mapped-model.ts";
import { fitNewcomerMaps, type NewcomerMaps, newcomerMapsOf, newcomerSections } from "./newcomer-maps.ts";

/** The part of the progress that the maps are. */
const MAPS_SHARE = 0.1;

/**
 * Lets the models of any algorithm score new items and people by features, where the input of the fit has some. Without features
 * nothing changes: fits, checkpoints and stored models are the algorithm's own.
 */
export function withNewcomers(algorithm: Algorithm): Algorithm {
  if (algorithm.ownNewcomers === true) return algorithm;
  const mapsItems = algorithm.ownNewcomers !== "items";
  return {
    ...algorithm,
    begin: (input, params) => {
      const task = algorithm.begin(input, params);
      const maps = mapInput(input, mapsItems);
      return maps ? new MappedFit(task, { input, maps }) : task;
    },
    resume: (input, params, checkpoint) => {
      const task = algorithm.resume(input, params, checkpoint);
      const maps = mapInput(input, mapsItems);
      return maps ? new MappedFit(task, { input, maps }, checkpoint) : task;
    },
    decode: (sections, kernels) => withMaps(algorithm.decode(sections, kernels), sections, kernels),
  };
}

/** What maps are fitted to: sides with a feature; null without any. @param mapsItems Whether items have a map. */
function mapInput(input: FitInput, mapsItems: boolean): FitInput | null {
  const { userItems, kernels, seed, features } = input;
  const [items, users] = [features?.items, features?.users].map((side) =>
    side && side.columnCount > 0 ? side : undefined,
  );
  if (!users && !(items && mapsItems)) return null;
  return {
    ...{ userItems, kernels, seed },
    get itemUsers() {
      return input.itemUsers;
    },
    features: { ...(items && mapsItems && { items }), ...(users && { users }) },
  };
}

/** A model with the maps that its sections hold; itself where they hold none. Disposes of it when they do not fit. */
export function withMaps(model: Model, sections: readonly Section[], kernels: Kernels): Model {
  try {
    const maps = newcomerMapsOf(sections, model.itemCount);
    return maps ? new MappedModel(model, maps, kernels) : model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Fits the maps first, so that models of single epochs have them, and then the algorithm's own model. */
class MappedFit implements FitTask {
  readonly #task: FitTask;
  readonly #input: FitInput;
  #maps: NewcomerMaps | null;
  #mapping: Steps<NewcomerMaps> | null = null;

  constructor(
    task: FitTask,
    { input, maps }: { readonly input: FitInput; readonly maps: FitInput },
    checkpoint: readonly Section[] = [],
  ) {
    const { userItems, features = {} } = input;
    this.#task = task;
    try {
      requireSideFeatures(userItems, features);
      this.#maps = newcomerMapsOf(checkpoint, userItems.columnCount);
    } catch (error) {
      task.dispose();
      throw error;
    }
    this.#input = maps;
  }

  get done(): boolean {
    return this.#maps !== null && this.#task.done;
  }

  get epoch(): number {
    return this.#task.epoch;
  }

  get progress(): number {
    return this.#maps ? MAPS_SHARE + (1 - MAPS_SHARE) * this.#task.progress : 0;
  }

  step(): void {
    if (this.#maps) {
      this.#task.step();
      return;
    }
    this.#mapping ??= fitNewcomerMaps(this.#input);
    const step = this.#mapping.next();
    if (step.done) this.#maps = step.value;
  }

  /** Maps that are not finished are begun again: they are a small part of a fit. */
  checkpoint(): Section[] {
    return [...this.#task.checkpoint(), ...(this.#maps ? newcomerSections(this.#maps) : [])];
  }

  model(): Model {
    const model = this.#task.model();
    return this.#maps ? new MappedModel(model, this.#maps, this.#input.kernels) : model;
  }

  dispose(): void {
    this.#mapping?.return(undefined as never);
    this.#task.dispose();
  }
}
