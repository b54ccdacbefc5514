import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { conjugateGradientScratch, rowSolveScratch } from "../../kernels/row-solvers/calls.ts";
import { Factors } from "../factor-store/factors.ts";
import type { ItemFactors } from "../factor-store/item-factors.ts";
import type { Profile } from "../fit/algorithm.ts";
import { createRowSlice, type RowSlice } from "../item-matrix/row-slice.ts";
import type { ProfileFolder } from "./factor-model.ts";
import { confidencesOf, FOLD_IN_CG_STEPS, type IalsLoss, ridgeOf } from "./ials-config.ts";

/** Above this a profile is solved by conjugate gradients: Cholesky's dim³ would take more than a few milliseconds. */
const MAX_CHOLESKY_STRIDE = 512;
/** Above this the users of a block are solved together by conjugate gradients. */
const MAX_EXACT_BLOCK_STRIDE = 64;
/** Enough for a residual that is rounding, where a row stops by itself. */
const BLOCK_CG_STEPS = 60;
/** Interactions whose factors are gathered at a time. */
const GATHER_ROWS = 64;

/** The vector that a user is expected to have before their interactions are known, length dim; overwritten by the next call. */
export type PriorOf = (profile: Profile) => Float32Array;

interface FactoredProfile {
  readonly profile: Profile;
  /** The factors of its items, stride apart. */
  readonly rows: Float32Array;
  readonly confidences: Float32Array;
}

/**
 * Finds the factor vector of one user while item factors stay fixed: the user half-step of iALS for one row, solved exactly.
 *
 * (α₀ QᵀQ + Σ c q qᵀ + λI) x = Σ c q + λ m
 *
 * The prior m is 0 for iALS without features. A user without interactions gets m.
 */
export class FoldIn implements ProfileFolder {
  readonly #kernels: Kernels;
  readonly #config: IalsLoss;
  readonly #items: ItemFactors;
  readonly #priorOf: PriorOf | null;
  /** α₀ QᵀQ, stride × stride, with 1 on the diagonal of the padding so that the matrix stays positive definite. */
  readonly #gram: Float32Array;
  readonly #matrix: F32Buffer;
  readonly #vector: F32Buffer;
  readonly #gathered: F32Buffer;
  #slice: RowSlice | null = null;
  #row: { readonly gram: F32Buffer; readonly ridge: F32Buffer; readonly scratch: F32Buffer } | null = null;
  /** The profile whose factor is in `#matrix`, if there is one. */
  #factored: FactoredProfile | null = null;

  /** @param gram QᵀQ, stride × stride; read only. */
  constructor(
    kernels: Kernels,
    config: IalsLoss,
    { items, gram }: { readonly items: ItemFactors; readonly gram: Float32Array },
    priorOf: PriorOf | null = null,
  ) {
    const { dim, stride, alpha0 } = config;
    this.#kernels = kernels;
    this.#config = config;
    this.#items = items;
    this.#priorOf = priorOf;
    this.#gram = gram.map((entry) => alpha0 * entry);
    for (let k = dim; k < stride; k++) this.#gram[k * stride + k] = 1;
    this.#matrix = kernels.allocF32(stride ** 2);
    this.#vector = kernels.allocF32(stride);
    this.#gathered = kernels.allocF32(GATHER_ROWS * stride);
  }

  /** @returns The vector, padded to stride; overwritten by the next call. The prior for an empty profile. */
  solve(profile: Profile): F32Buffer {
    this.#vector.view.fill(0);
    const prior = this.#priorOf?.(profile) ?? null;
    if (profile.indices.length === 0) {
      if (prior) this.#vector.view.set(prior);
      return this.#vector;
    }
    const confidences = confidencesOf(this.#config, profile.weights);
    const isExact =
      this.#config.stride <= MAX_CHOLESKY_STRIDE &&
      (prior === null && this.#items instanceof Factors
        ? this.#solveRow(this.#items, { ...profile, weights: confidences })
        : this.#solveExactly(profile.indices, confidences, prior));
    // Without regularisation the matrix can be singular; conjugate gradients then give the least-norm solution they reach.
    if (!isExact) this.#approximate([profile], this.#vector, FOLD_IN_CG_STEPS);
    return this.#vector;
  }

  /**
   * The vectors of several users. Short profiles are solved exactly, long ones by conjugate gradients until only rounding is
   * left, which is several times faster.
   */
  solveBlock(profiles: readonly Profile[], out: F32Buffer): void {
    const { stride } = this.#config;
    if (stride <= MAX_EXACT_BLOCK_STRIDE) {
      for (const [row, profile] of profiles.entries()) {
        // Solved before the view of `out` is taken: allocations on the way may move it.
        const { view } = this.solve(profile);
        out.view.set(view, row * stride);
      }
      return;
    }
    out.view.fill(0);
    this.#approximate(profiles, out, BLOCK_CG_STEPS);
  }

  /**
   * The score x·q of an item is Σ c (q_i · z) with M z = q, for the matrix M of the equation above. Each term is the
   * contribution of one interaction. False if M is singular, which happens only without regularisation, and with a prior, which
   * is no interaction.
   */
  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    if (this.#priorOf) return false;
    if (profile.indices.length === 0) return true;
    if (this.#factored?.profile !== profile && !this.#factor(profile)) return false;
    const { rows, confidences } = this.#factored as FactoredProfile;
    const { stride } = this.#config;
    const z = new Float32Array(stride);
    this.#items.copyRowInto(itemIndex, z, 0);
    solveByFactor(this.#matrix.view, stride, z);
    for (let at = 0, start = 0; at < profile.indices.length; at++, start += stride) {
      let dot = 0;
      for (let k = 0; k < stride; k++) dot += (rows[start + k] as number) * (z[k] as number);
      out[at] = (confidences[at] as number) * dot;
    }
    return true;
  }

  /** Factors the matrix of a profile, for the contributions to several items. @returns False if the matrix is singular. */
  #factor(profile: Profile): boolean {
    const { stride } = this.#config;
    const { indices, weights } = profile;
    const confidences = confidencesOf(this.#config, weights);
    this.#loadMatrix(indices, confidences);
    this.#vector.view.fill(0);
    if (!this.#kernels.solveCholesky(this.#matrix, stride, this.#vector)) return false;
    const rows = new Float32Array(indices.length * stride);
    for (let at = 0; at < indices.length; at++) {
      this.#items.copyRowInto(indices[at] as number, rows, at * stride);
    }
    this.#factored = { profile, rows, confidences };
    return true;
  }

  free(): void {
    this.#slice?.free();
    for (const buffer of Object.values(this.#row ?? {})) buffer.free();
    for (const buffer of [this.#matrix, this.#vector, this.#gathered]) buffer.free();
  }

  /** The same for items in floats, wholly in the kernels. @param profile Its weights are confidences. */
  #solveRow(items: Factors, profile: Profile): boolean {
    const { stride } = this.#config;
    this.#factored = null;
    this.#row ??= this.#openRow();
    const { gram, ridge, scratch } = this.#row;
    this.#slice ??= createRowSlice(this.#kernels);
    this.#slice.loadProfiles([profile]);
    ridge.view[0] = ridgeOf(this.#config, items.count, profile.indices.length);
    const sides = { fixed: items.buffer, solved: this.#vector, rows: this.#slice.rows };
    return (
      this.#kernels.solveRows({ ...sides, fromRow: 0, rowCount: 1, dim: stride, gram, ridge, scratch }) === 0
    );
  }

  #openRow() {
    const { stride } = this.#config;
    const gram = this.#kernels.allocF32(stride ** 2);
    const ridge = this.#kernels.allocF32(1);
    const scratch = this.#kernels.allocF32(rowSolveScratch(stride));
    gram.view.set(this.#gram);
    return { gram, ridge, scratch };
  }

  #solveExactly(indices: Uint32Array, confidences: Float32Array, prior: Float32Array | null): boolean {
    const right = this.#vector.view.fill(0);
    if (prior) {
      const ridge = ridgeOf(this.#config, this.#items.count, indices.length);
      right.set(prior.map((value) => ridge * value));
    }
    this.#loadMatrix(indices, confidences, right);
    if (this.#kernels.solveCholesky(this.#matrix, this.#config.stride, this.#vector)) return true;
    this.#vector.view.fill(0);
    return false;
  }

  /** @param right Σ c q is added to it. */
  #loadMatrix(indices: Uint32Array, confidences: Float32Array, right?: Float32Array): void {
    const { dim, stride } = this.#config;
    const ridge = ridgeOf(this.#config, this.#items.count, indices.length);
    const matrix = this.#matrix.view;
    this.#factored = null;
    matrix.set(this.#gram);
    for (let k = 0; k < dim; k++) matrix[k * stride + k] = (matrix[k * stride + k] as number) + ridge;
    for (let from = 0; from < indices.length; from += GATHER_ROWS) {
      const chunk = confidences.subarray(from, from + GATHER_ROWS);
      this.#gather(indices.subarray(from, from + GATHER_ROWS));
      if (right) this.#addToRightSide(right, chunk);
      this.#addToMatrix(chunk);
    }
  }

  /** Copies the factors of some interactions, one row each. */
  #gather(indices: Uint32Array): void {
    const gathered = this.#gathered.view;
    for (let at = 0; at < indices.length; at++) {
      this.#items.copyRowInto(indices[at] as number, gathered, at * this.#config.stride);
    }
  }

  /** Adds c q of each gathered row to the right side. */
  #addToRightSide(right: Float32Array, confidences: Float32Array): void {
    const { stride } = this.#config;
    const gathered = this.#gathered.view;
    for (let at = 0, start = 0; at < confidences.length; at++, start += stride) {
      const confidence = confidences[at] as number;
      for (let k = 0; k < stride; k++) {
        right[k] = (right[k] as number) + confidence * (gathered[start + k] as number);
      }
    }
  }

  /** Adds c q qᵀ of each gathered row to the matrix, as the Gram of rows √c q; the rows become √c q. */
  #addToMatrix(confidences: Float32Array): void {
    const { stride } = this.#config;
    const gathered = this.#gathered.view;
    for (let at = 0, start = 0; at < confidences.length; at++, start += stride) {
      const root = Math.sqrt(confidences[at] as number);
      for (let k = start; k < start + stride; k++) gathered[k] = root * (gathered[k] as number);
    }
    const toRow = confidences.length;
    this.#kernels.addGram({ factors: this.#gathered, dim: stride, fromRow: 0, toRow, gram: this.#matrix });
  }

  /** By conjugate gradients over copies of the items in the profiles, as rows of a small matrix. */
  #approximate(profiles: readonly Profile[], solved: F32Buffer, steps: number): void {
    const { stride } = this.#config;
    const rowCount = profiles.length;
    const items = new Set(profiles.flatMap(({ indices }) => [...indices]));
    const fixed = this.#kernels.allocF32(items.size * stride);
    const ridge = this.#kernels.allocF32(rowCount);
    const scratch = this.#kernels.allocF32(conjugateGradientScratch(stride));
    const places = new Map<number, number>();
    for (const item of items) {
      this.#items.copyRowInto(item, fixed.view, places.size * stride);
      places.set(item, places.size);
    }
    this.#slice ??= createRowSlice(this.#kernels);
    this.#slice.loadProfiles(
      profiles.map(({ indices, weights }) => ({
        indices: indices.map((item) => places.get(item) as number),
        weights: confidencesOf(this.#config, weights),
      })),
    );
    for (const [row, { indices }] of profiles.entries()) {
      ridge.view[row] = ridgeOf(this.#config, this.#items.count, indices.length);
    }
    this.#factored = null;
    this.#matrix.view.set(this.#gram);
    const prior = this.#loadPriors(profiles, solved);
    const call = { fixed, solved, fromRow: 0, rowCount, dim: stride, gram: this.#matrix };
    const rest = { rows: this.#slice.rows, ridge, steps, scratch, ...(prior && { prior }) };
    this.#kernels.stepConjugateGradient({ ...call, ...rest });
    if (prior) {
      for (const [row, { indices }] of profiles.entries()) {
        const own = prior.view.subarray(row * stride, (row + 1) * stride);
        if (indices.length === 0) solved.view.set(own, row * stride);
      }
    }
    for (const buffer of [fixed, ridge, scratch, ...(prior ? [prior] : [])]) buffer.free();
  }

  /** The prior of each profile, where the steps also begin; null without priors. */
  #loadPriors(profiles: readonly Profile[], solved: F32Buffer): F32Buffer | null {
    if (!this.#priorOf) return null;
    const { stride } = this.#config;
    const buffer = this.#kernels.allocF32(profiles.length * stride);
    for (const [row, profile] of profiles.entries()) buffer.view.set(this.#priorOf(profile), row * stride);
    solved.view.set(buffer.view.subarray(0, profiles.length * stride));
    return buffer;
  }
}

/** Solves L Lᵀ x = b. @param lower L, dim × dim. @param x b on entry. */
function solveByFactor(lower: Float32Array, dim: number, x: Float32Array): void {
  for (let i = 0, row = 0; i < dim; i++, row += dim) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[row + k] as number) * (x[k] as number);
    x[i] = sum / (lower[row + i] as number);
  }
  for (let i = dim - 1, row = i * dim; i >= 0; i--, row -= dim) {
    const solved = (x[i] as number) / (lower[row + i] as number);
    x[i] = solved;
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - solved * (lower[row + k] as number);
  }
}
