import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { FitCost } from "../cost/fit-cost.ts";
import { passSeconds } from "../cost/rates.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";

const WEIGHTS = "toppop.weights";
const PROGRESS = "toppop.progress";
const SUMS = "toppop.sums";
/** Entries added up in one step. */
const ENTRIES_PER_STEP = 250_000;

export const POPULARITY_COST: FitCost = {
  phases: ({ items }) => [{ js: 12 * items, kernels: 0 }],
  storedBytes: ({ items }) => 4 * items,
  seconds: passSeconds,
};

/** The same list for every user: an item's score is the sum of the weights of its interactions. The baseline of every study. */
export const popularity: Algorithm = popularityAlgorithm("TopPop", (input, raw) => {
  requireParams("TopPop", raw);
  const { values } = input.userItems;
  return (entry) => values[entry] as number;
});

/**
 * An algorithm that gives every user the same list: items ranked by the sum over their interactions.
 * @param begin Checks parameters and data, and returns the contribution of a stored entry.
 */
export function popularityAlgorithm(
  name: AlgorithmName,
  begin: (input: FitInput, params: AlgorithmParams) => (entry: number) => number,
): Algorithm {
  const beginFit = (input: FitInput, params: AlgorithmParams, checkpoint?: readonly Section[]) => {
    const countOf = begin(input, params);
    requireInteractions(input);
    return new PopularityFit(name, input, countOf, checkpoint);
  };
  return {
    name,
    epochs: null,
    cost: POPULARITY_COST,
    planSearch: null,
    begin: (input, params) => beginFit(input, params),
    resume: beginFit,
    storedUserRows: noUserRows,
    // The most played or bought is what a list of popular items says.
    readsAnyWeights: true,
    ownNewcomers: true,
    decode: (sections) => decodePopularity(name, sections),
  };
}

class PopularityFit implements FitTask {
  readonly epoch = 0;
  readonly #name: AlgorithmName;
  readonly #indices: Uint32Array;
  readonly #countOf: (entry: number) => number;
  readonly #sums: Float64Array;
  #next = 0;

  constructor(
    name: AlgorithmName,
    { userItems }: FitInput,
    countOf: (entry: number) => number,
    checkpoint?: readonly Section[],
  ) {
    this.#name = name;
    this.#indices = userItems.indices;
    this.#countOf = countOf;
    this.#sums = new Float64Array(userItems.columnCount);
    if (!checkpoint) return;
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    this.#next = requireCount(progress, 0, 0, this.#indices.length);
    this.#sums.set(requireSection(checkpoint, SUMS, Float64Array, this.#sums.length));
  }

  get done(): boolean {
    return this.#next === this.#indices.length;
  }

  get progress(): number {
    return this.#next / this.#indices.length;
  }

  step(): void {
    const end = Math.min(this.#indices.length, this.#next + ENTRIES_PER_STEP);
    for (; this.#next < end; this.#next++) {
      const item = this.#indices[this.#next] as number;
      this.#sums[item] = (this.#sums[item] as number) + this.#countOf(this.#next);
    }
  }

  checkpoint(): Section[] {
    return [
      { name: PROGRESS, data: Float64Array.of(this.#next) },
      { name: SUMS, data: this.#sums.slice() },
    ];
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return createPopularityModel(this.#name, Float32Array.from(this.#sums));
  }

  dispose(): void {}
}

/** The same list for everybody. @param weights Of each item. */
export function createPopularityModel(algorithm: AlgorithmName, weights: Float32Array): Model {
  return {
    algorithm,
    itemCount: weights.length,
    scoreProfileInto: (_profile, out) => out.set(weights),
    scoreUserInto: (_userIndex, _profile, out) => out.set(weights),
    similarItemsInto(itemIndex, out) {
      out.set(weights);
      out[itemIndex] = 0;
    },
    encode: () => [{ name: WEIGHTS, data: weights.slice() }],
    dispose() {},
  };
}

/** Throws `BAD_ARTIFACT`. */
export function decodePopularity(name: AlgorithmName, sections: readonly Section[]): Model {
  const weights = requireSection(sections, WEIGHTS, Float32Array, null);
  requireFinite(WEIGHTS, weights);
  return createPopularityModel(name, weights);
}
