import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import { type FitCost, matrixBytes } from "../cost/fit-cost.ts";
import { passSeconds } from "../cost/rates.ts";
import type { Algorithm, FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { keptCount, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import {
  decodeUserKnnModel,
  USER_KNN_ROWS,
  UserKnnModel,
  type UserKnnParts,
  type UserSimilarity,
  weighUsers,
} from "./user-knn-model.ts";

type Name = "CosineUserKNN" | "AsymmetricCosineUserKNN";

const COST: FitCost = {
  phases({ users, items, interactions }) {
    const weighed = 8 * interactions + 4 * items + 8 * users;
    const copies = matrixBytes(users, interactions) + matrixBytes(items, interactions);
    return [{ js: weighed, kernels: copies + 20 * users + 12 * items }];
  },
  storedBytes: ({ users, interactions }) => matrixBytes(users, interactions),
  seconds: passSeconds,
};

/** User kNN: users count by the cosine of their interactions, or by the plain sum of products without `normalize`. */
export const cosineUserKnn: Algorithm = userKnnAlgorithm("CosineUserKNN", (raw) => {
  const params = requireParams("CosineUserKNN", raw);
  const { top_k: topK, shrinkage, normalize: isNormalized } = params;
  const weighting = { scheme: params.feature_weighting, k1: params.bm25_k1, b: params.bm25_b };
  return { topK: keptCount(topK), shrinkage, alpha: 0.5, isNormalized, weighting };
});

/** User kNN whose norms weigh unequally: a larger α divides more by the user's own norm, a smaller one by the neighbour's. */
export const asymmetricCosineUserKnn: Algorithm = userKnnAlgorithm("AsymmetricCosineUserKNN", (raw) => {
  const params = requireParams("AsymmetricCosineUserKNN", raw);
  const { top_k: topK, shrinkage, alpha } = params;
  const weighting = { scheme: params.feature_weighting, k1: params.bm25_k1, b: params.bm25_b };
  return { topK: keptCount(topK), shrinkage, alpha, isNormalized: true, weighting };
});

function userKnnAlgorithm(name: Name, similarityOf: (raw: AlgorithmParams) => UserSimilarity): Algorithm {
  return {
    name,
    epochs: null,
    cost: COST,
    planSearch: null,
    begin: (input, params) => new UserKnnFit(name, input, similarityOf(params)),
    resume(input, params, checkpoint) {
      const task = new UserKnnFit(name, input, similarityOf(params));
      while (checkpoint.length > 0 && !task.done) task.step();
      return task;
    },
    decode: (sections, kernels) => decodeUserKnnModel(name, sections, kernels),
    storedUserRows: () => [USER_KNN_ROWS],
  };
}

/** There is nothing to learn: neighbours are found at request time. The steps weight the interactions. */
class UserKnnFit implements FitTask {
  readonly epoch = 0;
  readonly #name: Name;
  readonly #input: FitInput;
  readonly #similarity: UserSimilarity;
  #weighing: Steps<Pick<UserKnnParts, "weighedItemUsers" | "scales">> | null = null;
  #weighed: Pick<UserKnnParts, "weighedItemUsers" | "scales"> | null = null;

  constructor(name: Name, input: FitInput, similarity: UserSimilarity) {
    requireInteractions(input);
    this.#name = name;
    this.#input = input;
    this.#similarity = similarity;
  }

  get done(): boolean {
    return this.#weighed !== null;
  }

  get progress(): number {
    return this.done ? 1 : 0;
  }

  step(): void {
    if (this.done) return;
    this.#weighing ??= weighUsers(this.#input.userItems, this.#similarity);
    const step = this.#weighing.next();
    if (step.done) this.#weighed = step.value;
  }

  /** The fit is short: a checkpoint only says whether it was done. */
  checkpoint(): Section[] {
    return this.done ? [{ name: "user-knn.done", data: new Uint8Array(1) }] : [];
  }

  model(): Model {
    if (this.#weighed === null) {
      throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    }
    const { kernels, userItems } = this.#input;
    return new UserKnnModel(this.#name, kernels, {
      similarity: this.#similarity,
      userItems,
      ...this.#weighed,
    });
  }

  dispose(): void {}
}
