import { nmf } from "#contract/algorithms/nmf.ts";
import type { Section } from "../../artifact/section.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";
import { FloatFactorSections } from "../factor-store/float-factors.ts";
import type { Model, Profile } from "../fit/algorithm.ts";
import { FactorModel, type ProfileFolder } from "./factor-model.ts";

const STORED = new FloatFactorSections("nmf");

/** A descent ends once its violation is this share of the first pass's, or after this number of passes; scikit-learn's values. */
export const TOLERANCE = 1e-4;
export const MAX_PASSES = 200;

/** The penalty of one side in the objective: l1 Σ w + l2/2 Σ w². */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

export function createNmfModel(
  kernels: Kernels,
  items: Factors,
  users: Factors | null,
  penalty: Penalty,
): Model {
  return new FactorModel({
    algorithm: nmf.name,
    kernels,
    items,
    users,
    openFolder: () => new NonNegativeFolder(kernels, items, penalty),
    encode: (options) => STORED.encode(items, [penalty.l1, penalty.l2], options),
  });
}

/** Restores a model that `encode` wrote; it folds every user in. Throws `BAD_ARTIFACT`. */
export function decodeNmfModel(sections: readonly Section[], kernels: Kernels): Model {
  const { items, rest } = STORED.decode(sections, kernels, { restCount: 2, minDim: 1 });
  const [l1 = 0, l2 = 0] = rest;
  return createNmfModel(kernels, items, null, { l1, l2 });
}

/** G = FᵀF + l2 I. The caller frees it. */
export function penalizedGram(kernels: Kernels, { buffer, count, stride }: Factors, l2: number): F32Buffer {
  const gram = kernels.allocF32(stride * stride);
  kernels.addGram({ factors: buffer, dim: stride, fromRow: 0, toRow: count, gram });
  addToDiagonal(gram, stride, l2);
  return gram;
}

export function addToDiagonal(gram: F32Buffer, stride: number, value: number): void {
  const entries = gram.view;
  for (let k = 0; k < stride; k++) {
    entries[k * (stride + 1)] = (entries[k * (stride + 1)] as number) + value;
  }
}

/** Finds w ≥ 0 that minimises ½ |x − H w|² + l1 Σ w + l2/2 Σ w², from zero, by coordinate descent. */
class NonNegativeFolder implements ProfileFolder {
  readonly #kernels: Kernels;
  readonly #items: Factors;
  readonly #penalty: Penalty;
  readonly #gram: F32Buffer;
  readonly #vector: F32Buffer;
  readonly #products: F32Buffer;

  constructor(kernels: Kernels, items: Factors, penalty: Penalty) {
    this.#kernels = kernels;
    this.#items = items;
    this.#penalty = penalty;
    this.#gram = penalizedGram(kernels, items, penalty.l2);
    this.#vector = kernels.allocF32(items.stride);
    this.#products = kernels.allocF32(items.stride);
  }

  solve(profile: Profile): F32Buffer {
    const { stride: dim } = this.#items;
    this.#loadProducts(profile);
    this.#vector.view.fill(0);
    const call = { factors: this.#vector, fromRow: 0, rowCount: 1, dim, gram: this.#gram };
    const { l1 } = this.#penalty;
    let first = 0;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const violation = this.#kernels.descendNonNegative({ ...call, products: this.#products, l1 });
      if (pass === 0) first = violation;
      if (violation <= TOLERANCE * first) break;
    }
    return this.#vector;
  }

  free(): void {
    for (const buffer of [this.#gram, this.#vector, this.#products]) buffer.free();
  }

  #loadProducts({ indices, weights }: Profile): void {
    const { stride, buffer } = this.#items;
    const factors = buffer.view;
    const products = this.#products.view;
    products.fill(0);
    for (let at = 0; at < indices.length; at++) {
      const start = (indices[at] as number) * stride;
      for (let k = 0; k < stride; k++) {
        products[k] = (products[k] as number) + (weights[at] as number) * (factors[start + k] as number);
      }
    }
  }
}
