import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { ProfileFolder } from "../factorization/factor-model.ts";
import type { Profile } from "../fit/algorithm.ts";
import { powersOf } from "../weighting/weight-powers.ts";
import type { EmbeddingParts } from "./embedding-parts.ts";

/**
 * A profile's vector: Σ weight^power · x over its items with a vector x, at length 1. With n items and shrink s it counts n / (n + s),
 * and the mean of all people s / (n + s).
 */
export class VectorFolder implements ProfileFolder {
  readonly #parts: EmbeddingParts;
  readonly #vector: F32Buffer;
  readonly #row: Float32Array;

  constructor(parts: EmbeddingParts, kernels: Kernels) {
    this.#parts = parts;
    this.#vector = kernels.allocF32(parts.items.stride);
    this.#row = new Float32Array(parts.items.stride);
  }

  solve(profile: Profile): F32Buffer {
    const { shrink, prior, items } = this.#parts;
    const { count, length } = this.#sum(profile);
    const { view } = this.#vector;
    if (count === 0) return this.#vector;
    const own = length > 0 ? count / (count + shrink) / length : 0;
    const general = shrink / (count + shrink);
    for (let k = 0; k < items.dim; k++) view[k] = own * (view[k] as number) + general * (prior[k] as number);
    return this.#vector;
  }

  /** False where the mean of all people is part of the score. */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    const { shrink, items, weightPower } = this.#parts;
    const { count, length } = this.#sum(profile);
    if (shrink > 0 && count > 0) return false;
    const amounts = powersOf(profile.weights, weightPower);
    for (const [at, own] of profile.indices.entries()) {
      const product = length > 0 ? items.dotRows(own, itemIndex) / length : 0;
      out[at] = ((amounts[at] as number) / this.#popularityOf(own)) * product;
    }
    return true;
  }

  free(): void {
    this.#vector.free();
  }

  /** Leaves the sum in the buffer. @returns Its length, and how many items have a vector. */
  #sum({ indices, weights }: Profile): { count: number; length: number } {
    const { items, weightPower } = this.#parts;
    const sum = this.#vector.view.fill(0);
    const amounts = powersOf(weights, weightPower);
    let count = 0;
    for (const [at, item] of indices.entries()) {
      if (items.scales.view[item] === 0) continue;
      count++;
      items.copyRowInto(item, this.#row, 0);
      const factor = (amounts[at] as number) / this.#popularityOf(item);
      for (let k = 0; k < items.dim; k++) sum[k] = (sum[k] as number) + factor * (this.#row[k] as number);
    }
    const squares = sum.reduce((total, value) => total + value * value, 0);
    return { count, length: Math.sqrt(squares) };
  }

  #popularityOf(item: number): number {
    return this.#parts.popularity?.[item] ?? 1;
  }
}
