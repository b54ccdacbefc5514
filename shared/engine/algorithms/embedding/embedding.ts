/**
 * Items that are alike by their embeddings: vectors that a model of texts or pictures made. A profile is the mean of its items' vectors;
 * scores are cosines, found exactly over vectors of one byte a number. New items have scores by their own vectors. Learned from the
 * table of items; interactions give popularity alone.
 */
import { embedding as definition } from "#contract/algorithms/embedding.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { countUsers } from "../../data/count-users.ts";
import { requireSideFeatures } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { Int8Factors } from "../factor-store/int8-factors.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { type ParamsOf, requireItemVectors, requireParams, requireWeights } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { EMBEDDING_COST } from "./embedding-cost.ts";
import { embeddingModel } from "./embedding-model.ts";
import type { EmbeddingParts } from "./embedding-parts.ts";
import { decodeEmbeddingParts } from "./embedding-sections.ts";
import { learnFrame, NUMBERS_PER_PIECE } from "./learn-frame.ts";
import { placeItems } from "./place-items.ts";

const PROGRESS = "embedding-fit.steps";
/** Steps of the largest table that fits; only to check a checkpoint. */
const MOST_STEPS = 1e9;

export const embedding: Algorithm = {
  ownNewcomers: "items",
  name: definition.name,
  epochs: null,
  cost: EMBEDDING_COST,
  planSearch: null,
  begin: (input, params) => new EmbeddingFit(input, params),
  resume: (input, params, checkpoint) => new EmbeddingFit(input, params, checkpoint),
  decode: (sections, kernels) => embeddingModel(decodeEmbeddingParts(sections, kernels), kernels),
  storedUserRows: noUserRows,
};

class EmbeddingFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #items: Int8Factors;
  readonly #steps: Steps<EmbeddingParts>;
  readonly #expected: number;
  #taken = 0;
  #parts: EmbeddingParts | null = null;
  #isDisposed = false;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    const params = requireParams(definition.name, raw);
    requireWeights(input.userItems);
    requireSideFeatures(input.userItems, input.features ?? {});
    const { dim, scales } = requireItemVectors(definition.name, input);
    this.#input = input;
    const taken = checkpoint
      ? requireCount(requireSection(checkpoint, PROGRESS, Float64Array, 1), 0, 0, MOST_STEPS)
      : 0;
    this.#items = new Int8Factors(input.kernels, scales.length, dim, paddedDim(dim));
    this.#steps = fitSteps(input, params, this.#items);
    this.#expected = 4 + Math.ceil((5 * scales.length * dim) / NUMBERS_PER_PIECE);
    while (this.#taken < taken && !this.done) this.step();
  }

  get done(): boolean {
    return this.#parts !== null;
  }

  get progress(): number {
    return this.done ? 1 : Math.min(0.99, this.#taken / this.#expected);
  }

  step(): void {
    if (this.done) return;
    const step = this.#steps.next();
    this.#taken++;
    if (step.done) this.#parts = step.value;
  }

  /** A fit takes a second: it is repeated instead of stored. */
  checkpoint(): Section[] {
    return [{ name: PROGRESS, data: Float64Array.of(this.#taken) }];
  }

  model(): Model {
    if (this.#parts === null) {
      throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    }
    return embeddingModel({ ...this.#parts, items: this.#items.hold() }, this.#input.kernels);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#items.release();
  }
}

function* fitSteps(
  input: FitInput,
  params: ParamsOf<"Embedding">,
  items: Int8Factors,
): Steps<EmbeddingParts> {
  const vectors = requireItemVectors(definition.name, input);
  const { centring, components, shrink, weight_power: weightPower, popularity: power } = params;
  const frame = yield* learnFrame(vectors, { centring, components, seed: input.seed });
  const counts = countUsers(input.userItems);
  yield;
  const { popularity, newPopularity } = popularityOf(counts, power);
  const prior = yield* placeItems(vectors, items, { frame, counts, popularity });
  return { frame, items, popularity, newPopularity, prior, shrink, weightPower };
}

/** (users / most users)^power; an item without users counts as the others on average. */
function popularityOf(
  counts: Float32Array,
  power: number,
): Pick<EmbeddingParts, "popularity" | "newPopularity"> {
  if (power === 0) return { popularity: null, newPopularity: 1 };
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  const known = counts.filter((count) => count > 0);
  const sum = known.reduce((total, count) => total + (count / most) ** power, 0);
  const newPopularity = sum / known.length;
  const popularity = counts.map((count) => (count > 0 ? (count / most) ** power : newPopularity));
  return { popularity, newPopularity };
}
