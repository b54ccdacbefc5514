/**
 * A weighted sum of the scores of two or more models, each divided by its own deviation per user. So a weight means the same
 * for every user. Components are fitted one after another and kept in their stored form. So the fit needs memory for the
 * largest of them and the stored forms of the others only.
 *
 * Parameters: `weight.NAME` above 0 includes an algorithm, `NAME.param` is a parameter of it, and by `length.NAME` its weight depends on
 * how much is known of somebody; see `length-weight.ts`. With features, items and people without
 * interactions have weights of their own (`cold_items.NAME`, `cold_users.NAME`); see `segmented-blend.ts`.
 */

import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { withFloatFactors } from "../factor-store/stored-factors.ts";
import { mapsAmong, withMapsFor, withoutMaps } from "../feature-map/shared-maps.ts";
import { withMaps } from "../feature-map/with-newcomers.ts";
import type { Algorithm, AlgorithmOf, FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { blendCost, orderedParts } from "./blend-cost.ts";
import { type BlendPart, BlendScores } from "./blend-model.ts";
import { type FitPart, requireTwo } from "./blend-parts.ts";
import {
  nestComponents,
  nestedSections,
  nestRows,
  nestSections,
  requireBlend,
  type StoredBlend,
  type StoredComponent,
} from "./blend-sections.ts";
import { coldItemsOf } from "./cold-items.ts";
import { type SegmentedPart, segmentedBlend } from "./segmented-blend.ts";
import { storedPart } from "./stored-part.ts";

const PROGRESS = "blend-fit.progress";
const CURRENT = "blend-fit/";

/** @param algorithmOf Finds the components' implementations. */
export function createBlend(algorithmOf: AlgorithmOf): Algorithm {
  return {
    name: BLEND,
    epochs: null,
    cost: blendCost(algorithmOf),
    planSearch: null,
    begin: (input, params) => new BlendFit(algorithmOf, input, params),
    resume: (input, params, checkpoint) => new BlendFit(algorithmOf, input, params, checkpoint),
    decode: (sections, kernels) => openBlend(algorithmOf, sections, kernels),
    ownNewcomers: true,
    // Its parts see to their own.
    readsAnyWeights: true,
    storedUserRows: (sections) =>
      requireBlend(sections).components.flatMap(({ name, sections: own }) =>
        algorithmOf(name)
          .storedUserRows(own)
          .map((rows) => nestRows(name, rows)),
      ),
  };
}

class BlendFit implements FitTask {
  readonly epoch = 0;
  readonly #algorithmOf: AlgorithmOf;
  readonly #input: FitInput;
  readonly #components: readonly FitPart[];
  readonly #isQuantized: boolean;
  readonly #finished: StoredComponent[] = [];
  #current: FitTask | null = null;
  /** Of a finished component, whose stored form takes several steps. */
  #storing: Steps<void> | null = null;

  constructor(
    algorithmOf: AlgorithmOf,
    input: FitInput,
    raw: AlgorithmParams,
    checkpoint?: readonly Section[],
  ) {
    const params = requireParams(BLEND, raw);
    requireInteractions(input);
    this.#algorithmOf = algorithmOf;
    this.#input = input;
    this.#components = requireTwo(orderedParts(algorithmOf, params));
    this.#isQuantized = params.int8_factors === true;
    if (checkpoint) this.#restore(checkpoint);
  }

  get done(): boolean {
    return this.#finished.length === this.#components.length;
  }

  get progress(): number {
    return (this.#finished.length + (this.#current?.progress ?? 0)) / this.#components.length;
  }

  step(): void {
    if (this.done) return;
    const component = this.#components[this.#finished.length] as FitPart;
    this.#current ??= this.#algorithmOf(component.name).begin(this.#input, component.params);
    if (!this.#current.done) {
      this.#current.step();
      return;
    }
    this.#storing ??= this.#store(this.#current, component);
    if (this.#storing.next().done) this.#storing = null;
  }

  checkpoint(): Section[] {
    const nested = nestSections(CURRENT, this.#current?.checkpoint() ?? []);
    return [
      { name: PROGRESS, data: Float64Array.of(this.#current ? 1 : 0) },
      ...[...nestComponents(this.#finished, null), ...nested].map(({ name, data }) => ({
        name,
        data: data.slice(),
      })),
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    const { userItems, features, kernels } = this.#input;
    return decodeBlend(this.#algorithmOf, joined(this.#finished, coldItemsOf(userItems, features)), kernels);
  }

  dispose(): void {
    this.#storing?.return();
    this.#storing = null;
    this.#endCurrent();
  }

  *#store(task: FitTask, { name, weights, lengthPower }: FitPart): Steps<void> {
    const model = task.model();
    try {
      const sections = yield* storedPart(model, this.#isQuantized);
      this.#finished.push({ name, weights, lengthPower, sections });
    } finally {
      model.dispose();
    }
    this.#endCurrent();
  }

  #endCurrent(): void {
    this.#current?.dispose();
    this.#current = null;
  }

  #restore(checkpoint: readonly Section[]): void {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    const isStarted = requireCount(progress, 0, 0, 1) === 1;
    const { components, maps } = requireBlend(checkpoint);
    for (const [at, { name, sections }] of components.entries()) {
      const part = this.#components[at];
      if (!part) continue;
      const { weights, lengthPower } = part;
      const own = withMapsFor(this.#algorithmOf(name), sections, maps);
      this.#finished.push({ name, weights, lengthPower, sections: own });
    }
    const component = this.#components[this.#finished.length];
    const isSame = this.#finished.every(({ name }, at) => name === this.#components[at]?.name);
    if (!isSame || (isStarted && !component)) {
      throw new EngineError("BAD_ARTIFACT", "The checkpoint is of another blend.");
    }
    if (!isStarted || !component) return;
    const nested = nestedSections(CURRENT, checkpoint);
    this.#current = this.#algorithmOf(component.name).resume(this.#input, component.params, nested);
  }
}

/** What `StoredBlend` has of fitted components. */
function joined(components: readonly StoredComponent[], coldItems: Uint32Array | null): StoredBlend {
  const maps = mapsAmong(components.map(({ sections }) => sections));
  const bare = components.map((component) => ({ ...component, sections: withoutMaps(component.sections) }));
  return { components: bare, maps, coldItems };
}

/** One that an earlier release stored, or that was fitted without features, has the maps for the whole of it if it has any. */
function openBlend(algorithmOf: AlgorithmOf, sections: readonly Section[], kernels: Kernels): Model {
  const stored = requireBlend(sections);
  const model = decodeBlend(algorithmOf, stored, kernels);
  return stored.coldItems ? model : withMaps(model, sections, kernels);
}

/** The model keeps the components' stored sections to encode itself again; they must not be written to. */
function decodeBlend(algorithmOf: AlgorithmOf, stored: StoredBlend, kernels: Kernels): Model {
  const { components, coldItems } = stored;
  const maps = coldItems ? stored.maps : [];
  const parts: (BlendPart & SegmentedPart)[] = [];
  const dispose = () => {
    for (const { model } of parts) model.dispose();
  };
  try {
    for (const { name, weights, lengthPower, sections } of components) {
      const algorithm = algorithmOf(name);
      const own = withFloatFactors(withMapsFor(algorithm, sections, maps));
      const model = algorithm.decode(own, kernels);
      parts.push({ weight: weights.warm, weights, lengthPower, model });
    }
    const itemCount = parts[0]?.model.itemCount ?? 0;
    if (itemCount === 0 || parts.some(({ model }) => model.itemCount !== itemCount)) {
      throw new EngineError("BAD_ARTIFACT", "The components of the blend do not score the same items.");
    }
    const encode = () =>
      nestComponents(components, coldItems, maps).map(({ name, data }) => ({ name, data: data.slice() }));
    if (coldItems) return { ...segmentedBlend(parts, { itemCount, coldItems, kernels }), encode };
    const scores = new BlendScores(parts, itemCount, kernels);
    return {
      ...{ algorithm: BLEND, itemCount, encode },
      ...(scores.blocks && { blocks: scores.blocks }),
      namesTouched: scores.namesTouched,
      shortlist: (profile) => scores.shortlist(profile),
      readsOrder: parts.some(({ model }) => model.readsOrder === true),
      scoreProfileInto: (profile, out) => scores.scoreProfileInto(profile, out),
      scoreUserInto: (userIndex, profile, out) => scores.scoreUserInto(userIndex, profile, out),
      similarItemsInto: (itemIndex, out) => scores.similarItemsInto(itemIndex, out),
      contributionsInto: (profile, itemIndex, out) => scores.contributionsInto(profile, itemIndex, out),
      dispose() {
        scores.free();
        dispose();
      },
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
