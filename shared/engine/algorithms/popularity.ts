import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import { EngineError } from "../engine-error.ts";
import type { Algorithm, FitInput, FitTask, Model } from "./algorithm.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { requireFinite, requireSection } from "./sections.ts";

const WEIGHTS = "toppop.weights";

/** The same list for everyone: an item's score is the sum of the weights of its interactions. The baseline of every study. */
export const popularity: Algorithm = {
  name: "TopPop",
  begin: (input, params) => new PopularityFit(input, params),
  resume(input, params, checkpoint) {
    const task = new PopularityFit(input, params);
    if (checkpoint.length > 0) task.step();
    return task;
  },
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
    const { columnCount, indices, values } = this.#input.userItems;
    const sums = new Float64Array(columnCount);
    for (let at = 0; at < values.length; at++) {
      const item = indices[at] as number;
      sums[item] = (sums[item] as number) + (values[at] as number);
    }
    this.#weights = Float32Array.from(sums);
  }

  /** One step is the whole fit: a checkpoint only says whether it was taken. */
  checkpoint(): Section[] {
    return this.#weights === null ? [] : [{ name: WEIGHTS, data: this.#weights.slice() }];
  }

  model(): Model {
    if (this.#weights === null) {
      throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    }
    return createPopularityModel(this.#weights);
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
