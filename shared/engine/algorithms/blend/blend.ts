/**
 * A weighted sum of the scores of two or more models, each divided by its own deviation per user. So a weight means the same
 * for every user. Components are fitted one after another and kept in their stored form. So the fit needs memory for the
 * largest of them and the stored forms of the others only.
 *
 * Parameters: `weight.NAME` above 0 includes an algorithm, `NAME.param` is a parameter of it.
 */

import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { withFloatFactors } from "../factor-store/stored-factors.ts";
import type { Algorithm, AlgorithmOf, FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { blendCost, orderedParts } from "./blend-cost.ts";
import { BlendScores } from "./blend-model.ts";
import { type FitPart, requireTwo } from "./blend-parts.ts";
import {
  nestComponents,
  nestedSections,
  nestRows,
  nestSections,
  requireComponents,
  type StoredComponent,
} from "./blend-sections.ts";
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
    decode: (sections, kernels) => decodeBlend(algorithmOf, requireComponents(sections), kernels),
    storedUserRows: (sections) =>
      requireComponents(sections).flatMap(({ name, sections: own }) =>
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
      ...[...nestComponents(this.#finished), ...nested].map(({ name, data }) => ({
        name,
        data: data.slice(),
      })),
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return decodeBlend(this.#algorithmOf, this.#finished, this.#input.kernels);
  }

  dispose(): void {
    this.#storing?.return();
    this.#storing = null;
    this.#endCurrent();
  }

  *#store(task: FitTask, { name, weight }: FitPart): Steps<void> {
    const model = task.model();
    try {
      const sections = yield* storedPart(model, this.#isQuantized);
      this.#finished.push({ name, weight, sections });
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
    this.#finished.push(...requireComponents(checkpoint));
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

/** The model keeps the components' stored sections to encode itself again; they must not be written to. */
function decodeBlend(
  algorithmOf: AlgorithmOf,
  components: readonly StoredComponent[],
  kernels: Kernels,
): Model {
  const parts = components.map(({ name, weight, sections }) => {
    return { weight, model: algorithmOf(name).decode(withFloatFactors(sections), kernels) };
  });
  const itemCount = parts[0]?.model.itemCount ?? 0;
  if (itemCount === 0 || parts.some(({ model }) => model.itemCount !== itemCount)) {
    for (const { model } of parts) model.dispose();
    throw new EngineError("BAD_ARTIFACT", "The components of the blend do not score the same items.");
  }
  const scores = new BlendScores(parts, itemCount, kernels);
  return {
    algorithm: BLEND,
    itemCount,
    scoreProfileInto: (profile, out) => scores.scoreProfileInto(profile, out),
    scoreUserInto: (userIndex, profile, out) => scores.scoreUserInto(userIndex, profile, out),
    blocks: scores.blocks,
    similarItemsInto: (itemIndex, out) => scores.similarItemsInto(itemIndex, out),
    contributionsInto: (profile, itemIndex, out) => scores.contributionsInto(profile, itemIndex, out),
    encode: () => nestComponents(components).map(({ name, data }) => ({ name, data: data.slice() })),
    dispose() {
      scores.free();
      for (const { model } of parts) model.dispose();
    },
  };
}
