import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";
import type { Profile } from "../fit/algorithm.ts";
import type { ProfileFolder } from "./factor-model.ts";

/**
 * λ of the fold-in, as a share of the mean diagonal entry of its matrix: with a smaller one, a short profile has too much
 * influence.
 */
const RIDGE_SHARE = 1;

/** Mean scores of training users: what a folded-in vector should give to the items a user has, and to the others. */
export interface ScoreLevels {
  readonly seen: number;
  readonly unseen: number;
}

/** What is expected of a user before their interactions are known; without the bias's coordinate. */
export type PriorOf = (profile: Profile) => Float32Array;

/**
 * Finds the vector u whose scores u·q + b come closest to the usual levels of items that people have and have not:
 *
 *   Σ_seen (u·q + b − seen)² + α Σ_all (u·q + b − unseen)² + λ |u − prior|²
 *
 * with α = interactions / items, so that both sums weigh alike. Without interactions it is the prior, which is 0 if there is none.
 */
export class RidgeFolder implements ProfileFolder {
  readonly #kernels: Kernels;
  readonly #items: Factors;
  readonly #levels: ScoreLevels;
  /** QᵀQ with the bias among the coordinates, stride × stride. */
  readonly #gram: Float32Array;
  /** Σ q over all items. */
  readonly #sum: Float64Array;
  readonly #matrix: F32Buffer;
  readonly #vector: F32Buffer;

  readonly #priorOf: PriorOf | null;

  /** @param items Factors whose last coordinate is the item's bias; that of the vector is 1. */
  constructor(kernels: Kernels, items: Factors, levels: ScoreLevels, priorOf: PriorOf | null = null) {
    const { stride, count, buffer } = items;
    this.#kernels = kernels;
    this.#items = items;
    this.#levels = levels;
    this.#priorOf = priorOf;
    this.#matrix = kernels.allocF32(stride * stride);
    this.#vector = kernels.allocF32(stride);
    kernels.addGram({ factors: buffer, dim: stride, fromRow: 0, toRow: count, gram: this.#matrix });
    this.#gram = this.#matrix.view.slice();
    this.#sum = new Float64Array(stride);
    const factors = buffer.view;
    for (let at = 0; at < count * stride; at++) {
      const k = at % stride;
      this.#sum[k] = (this.#sum[k] as number) + (factors[at] as number);
    }
  }

  /** An empty profile without a prior scores by the biases alone. */
  solve(profile: Profile): F32Buffer {
    const biasAt = this.#items.dim - 1;
    const prior = this.#priorOf?.(profile).subarray(0, biasAt) ?? null;
    const vector = this.#vector.view.fill(0);
    if (prior) vector.set(prior);
    if (profile.indices.length > 0 && this.#items.dim > 1) {
      this.#loadSystem(profile.indices, prior);
      if (!this.#kernels.solveCholesky(this.#matrix, this.#items.stride, this.#vector)) vector.fill(0);
    }
    vector[biasAt] = 1;
    return this.#vector;
  }

  free(): void {
    this.#matrix.free();
    this.#vector.free();
  }

  #loadSystem(indices: Uint32Array, prior: Float32Array | null): void {
    const { dim, stride, count, buffer } = this.#items;
    const biasAt = dim - 1;
    const { seen, unseen } = this.#levels;
    const alpha = indices.length / count;
    const factors = buffer.view;
    const matrix = Float64Array.from(this.#gram, (entry) => alpha * entry);
    const right = new Float64Array(stride);
    for (let k = 0; k < biasAt; k++) {
      const withBias = this.#gram[k * stride + biasAt] as number;
      right[k] = alpha * (unseen * (this.#sum[k] as number) - withBias);
    }
    for (const item of indices) {
      const q = factors.subarray(item * stride, item * stride + biasAt);
      const target = seen - (factors[item * stride + biasAt] as number);
      for (let i = 0; i < biasAt; i++) {
        const value = q[i] as number;
        right[i] = (right[i] as number) + target * value;
        for (let j = 0; j <= i; j++) {
          matrix[i * stride + j] = (matrix[i * stride + j] as number) + value * (q[j] as number);
        }
      }
    }
    let trace = 0;
    for (let k = 0; k < biasAt; k++) trace += matrix[k * stride + k] as number;
    const ridge = (RIDGE_SHARE * trace) / biasAt;
    for (let k = 0; k < stride; k++) {
      if (k < biasAt) matrix[k * stride + k] = (matrix[k * stride + k] as number) + ridge;
      else isolate(matrix, stride, k);
    }
    prior?.forEach((value, k) => {
      right[k] = (right[k] as number) + ridge * value;
    });
    this.#matrix.view.set(matrix);
    this.#vector.view.set(right);
  }
}

/** Makes a coordinate's equation x = 0. */
function isolate(matrix: Float64Array, stride: number, k: number): void {
  for (let other = 0; other < stride; other++) {
    matrix[k * stride + other] = 0;
    matrix[other * stride + k] = 0;
  }
  matrix[k * stride + k] = 1;
}
