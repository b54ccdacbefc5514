import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { Algorithm, FitInput, FitTask, Model } from "./algorithm.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { requireFinite, requireSection } from "./sections.ts";

const WEIGHTS = "toppop.weights";

/** The same list for everyone: an item's score is the sum of the weights of its interactions. The baseline of every study. */
export const popularity: Algorithm = {
  name: "TopPop",
  begin: (input, params) => new PopularityFit(input, params),
  // A fit is one step, so an interrupted one has done nothing yet.
  resume: (input, params) => new PopularityFit(input, params),
  decode(sections) {
    const weights = requireSection(sections, WEIGHTS, Float32Array, null);
    requireFinite(WEIGHTS, weights);
    return createPopularityModel(weights);
  },
};

class PopularityFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  #weights: Float32Array | null = null;

  constructor(input: FitInput, params: AlgorithmParams) {
    requireParams("TopPop", params);
    requireInteractions(input);
    this.#input = input;
  }

  get done(): boolean {
    return this.#weights !== null;
  }

  get progress(): number {
    return this.done ? 1 : 0;
  }

  step(): void {
    const { rowCount, indptr, values } = this.#input.itemUsers;
    const weights = new Float32Array(rowCount);
    for (let item = 0; item < rowCount; item++) {
      let sum = 0;
      for (let at = indptr[item] as number; at < (indptr[item + 1] as number); at++)
        sum += values[at] as number;
      weights[item] = sum;
    }
    this.#weights = weights;
  }

  checkpoint(): Section[] {
    return [];
  }

  model(): Model {
    if (this.#weights === null) this.step();
    return createPopularityModel(this.#weights as Float32Array);
  }

  dispose(): void {}
}

function createPopularityModel(weights: Float32Array): Model {
  return {
    algorithm: "TopPop",
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
