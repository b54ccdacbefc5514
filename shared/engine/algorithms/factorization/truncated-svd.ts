import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { blockStarts } from "../../data/block-layout.ts";
import { MAX_BLOCK_BYTES } from "../../data/matrix-blocks.ts";
import { EngineError } from "../../engine-error.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";
import { dropFaintEntries } from "../factor-store/faint-entries.ts";
import type { ItemFactors } from "../factor-store/item-factors.ts";
import { itemFactorSectionsInSteps, requireStoredFactors } from "../factor-store/stored-factors.ts";
import {
  type Algorithm,
  type FitInput,
  type FitTask,
  type Model,
  noUserRows,
  type Profile,
} from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { BASIS, POWER_ITERATIONS, RandomizedSvd } from "../linear-algebra/randomized-svd.ts";
import { FactorModel, type ProfileFolder } from "./factor-model.ts";
import { TRUNCATED_SVD_COST } from "./svd-cost.ts";

const SETTINGS = "truncated-svd.settings";
const ITEM_FACTORS = "truncated-svd.item-factors";
const MAX_DIM = 4096;
const MAX_ITEMS = 2 ** 31;

/**
 * PureSVD (Cremonesi, Koren and Turrin 2010): scores are x V Vᵀ. Here x is a user's interactions, and V the leading right
 * singular vectors of the user-items matrix. Known and new users are scored in the same way.
 */
export const truncatedSvd: Algorithm = {
  name: "TruncatedSVD",
  epochs: null,
  cost: TRUNCATED_SVD_COST,
  planSearch: null,
  begin: (input, params) => new TruncatedSvdFit(input, params),
  resume: (input, params, checkpoint) => new TruncatedSvdFit(input, params, checkpoint),
  kernelSections: [BASIS],
  storedUserRows: noUserRows,
  decode(sections, kernels) {
    const settings = requireSection(sections, SETTINGS, Float64Array, 2);
    const dim = requireCount(settings, 0, 1, MAX_DIM);
    const itemCount = requireCount(settings, 1, 1, MAX_ITEMS);
    const items = requireStoredFactors(sections, ITEM_FACTORS, kernels, { count: itemCount, dim });
    return createModel(kernels, items);
  },
};

/**
 * A fit that sums over users by blocks of at most `mostBytes`, as the fit by blocks of that size does: both have the same vectors to the
 * last bit.
 */
export function beginTruncatedSvd(input: FitInput, params: AlgorithmParams, mostBytes: number): FitTask {
  return new TruncatedSvdFit(input, params, undefined, mostBytes);
}

/**
 * The number of vectors. As in irspack, it is one less than there are items: with all of them the scores would repeat the profile. And it is no
 * more than users, since there are no further singular vectors. Throws `BAD_PARAMETER`.
 */
export function vectorCount(
  raw: AlgorithmParams,
  { rowCount, columnCount }: { readonly rowCount: number; readonly columnCount: number },
): number {
  const { n_components: components } = requireParams("TruncatedSVD", raw);
  return Math.max(1, Math.min(components, columnCount - 1, rowCount));
}

class TruncatedSvdFit implements FitTask {
  readonly epoch = 0;
  readonly #kernels: Kernels;
  readonly #svd: RandomizedSvd;
  #isDisposed = false;

  constructor(
    input: FitInput,
    raw: AlgorithmParams,
    checkpoint?: readonly Section[],
    mostBytes = MAX_BLOCK_BYTES,
  ) {
    const dim = vectorCount(raw, input.userItems);
    requireInteractions(input);
    const { kernels, userItems, itemUsers, seed } = input;
    this.#kernels = kernels;
    const starts = blockStarts(userItems.indptr, mostBytes, false);
    this.#svd = new RandomizedSvd(
      {
        ...{ kernels, matrix: userItems, transposed: itemUsers },
        ...{ dim, seed, starts, powerIterations: POWER_ITERATIONS },
      },
      checkpoint,
    );
  }

  get done(): boolean {
    return this.#svd.done;
  }

  get progress(): number {
    return this.#svd.progress;
  }

  step(): void {
    this.#svd.step();
  }

  checkpoint(): Section[] {
    return this.#svd.checkpoint();
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return truncatedSvdModel(this.#kernels, this.#svd.takeResult().vectors.hold());
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.done) this.#svd.takeResult().vectors.release();
    this.#svd.dispose();
  }
}

/** @param vectors Right singular vectors, one row an item; rounding in them becomes zero. The model releases them. */
export function truncatedSvdModel(kernels: Kernels, vectors: Factors): Model {
  dropFaintEntries(vectors);
  return createModel(kernels, vectors);
}

function createModel(kernels: Kernels, items: ItemFactors): Model {
  return new FactorModel({
    algorithm: "TruncatedSVD",
    kernels,
    items,
    users: null,
    openFolder: () => new Projection(kernels, items),
    *encode(options) {
      return [
        { name: SETTINGS, data: Float64Array.of(items.dim, items.count) },
        ...(yield* itemFactorSectionsInSteps(ITEM_FACTORS, items, options)),
      ];
    },
  });
}

/** x V: the sum of the vectors of a user's items, by weight. */
class Projection implements ProfileFolder {
  readonly #items: ItemFactors;
  readonly #vector: F32Buffer;

  constructor(kernels: Kernels, items: ItemFactors) {
    this.#items = items;
    this.#vector = kernels.allocF32(items.stride);
  }

  solve({ indices, weights }: Profile): F32Buffer {
    const { stride } = this.#items;
    const sums = new Float64Array(stride);
    const row = new Float32Array(stride);
    for (let at = 0; at < indices.length; at++) {
      this.#items.copyRowInto(indices[at] as number, row, 0);
      for (let k = 0; k < stride; k++) {
        sums[k] = (sums[k] as number) + (weights[at] as number) * (row[k] as number);
      }
    }
    this.#vector.view.set(sums);
    return this.#vector;
  }

  contributionsInto({ indices, weights }: Profile, itemIndex: number, out: Float64Array): boolean {
    for (let at = 0; at < indices.length; at++) {
      out[at] = (weights[at] as number) * this.#items.dotRows(indices[at] as number, itemIndex);
    }
    return true;
  }

  free(): void {
    this.#vector.free();
  }
}
