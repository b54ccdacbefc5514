import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Steps } from "../../in-steps.ts";
import type { FeatureMap } from "./feature-map.ts";

/** Conjugate-gradient steps that find a map. */
const STEPS_TO_THE_END = 30;
/** A column of the map is found once its squared residual is this share of its first. */
const RESIDUAL_SHARE = 1e-8;
/** Multiply-adds between two yields: about 5 ms. */
const WORK_PER_STEP = 4e6;

export interface RidgeMapInput {
  /** Rows × features. */
  readonly features: CsrMatrix;
  /** How much each row counts; 0 leaves it out. */
  readonly rowWeights: Float32Array;
  /** The factors to approximate: row r from r · stride on. Not changed, and read again after each yield, as memory may move. */
  readonly targets: () => Float32Array;
  readonly stride: number;
  /** The penalty of all weights but b, in rows of weight 1. */
  readonly lambda: number;
  /** Conjugate-gradient steps at most, from the map of the last time. */
  readonly mostSteps?: number;
}

/**
 * Finds the ridge regression of factors on features,
 *
 *   min Σ_r c_r |x_r − W f_r − b|² + λ |W|²,
 *
 * by conjugate gradients on (Fᵀ C F + Λ) W = Fᵀ C X, all factors together, from what the map holds. F has a last column of ones for
 * b. Its diagonal is the preconditioner.
 */
export function* fitRidgeMap(map: FeatureMap, input: RidgeMapInput): Steps<void> {
  const { dim, featureCount } = map;
  const system = new RidgeSystem(input, dim, featureCount + 1);
  const right = yield* system.rightSide();
  const product = yield* system.multiply(map.weights);
  const residual = right.map((value, at) => value - (product[at] as number));
  const scaled = system.divide(residual);
  const direction = scaled.slice();
  let norms = dotColumns(residual, scaled, dim);
  const least = dotColumns(right, system.divide(right), dim).map((norm) => RESIDUAL_SHARE * norm);
  for (let step = 0; step < (input.mostSteps ?? STEPS_TO_THE_END); step++) {
    if (norms.every((norm, k) => norm <= (least[k] as number))) return;
    const moved = yield* system.multiply(direction);
    const curvature = dotColumns(direction, moved, dim);
    const lengths = norms.map((norm, k) => quotient(norm, curvature[k] as number));
    addColumns(map.weights, lengths, direction);
    addColumns(
      residual,
      lengths.map((length) => -length),
      moved,
    );
    const next = system.divide(residual);
    const nextNorms = dotColumns(residual, next, dim);
    const ratios = nextNorms.map((norm, k) => quotient(norm, norms[k] as number));
    turnColumns(direction, ratios, next);
    norms = nextNorms;
  }
}

/** The normal equations of the regression; never built. */
class RidgeSystem {
  readonly #input: RidgeMapInput;
  readonly #dim: number;
  readonly #size: number;
  readonly #diagonal: Float64Array;

  constructor(input: RidgeMapInput, dim: number, size: number) {
    this.#input = input;
    this.#dim = dim;
    this.#size = size;
    this.#diagonal = this.#diagonalOf();
  }

  /** Fᵀ C X. */
  *rightSide(): Steps<Float64Array> {
    const { features, targets, stride } = this.#input;
    const out = new Float64Array(this.#size * this.#dim);
    const row = new Float64Array(this.#dim);
    let work = 0;
    for (let at = 0; at < features.rowCount; at++) {
      const weight = this.#input.rowWeights[at] as number;
      if (weight === 0) continue;
      const source = targets();
      for (let k = 0; k < this.#dim; k++) row[k] = weight * (source[at * stride + k] as number);
      work += this.#spread(at, row, out);
      if (work < WORK_PER_STEP) continue;
      work = 0;
      yield;
    }
    return out;
  }

  /** (Fᵀ C F + Λ) W. */
  *multiply(weights: Float32Array | Float64Array): Steps<Float64Array> {
    const [dim, bias] = [this.#dim, (this.#size - 1) * this.#dim];
    const out = new Float64Array(weights.length);
    for (let at = 0; at < bias; at++) out[at] = this.#input.lambda * (weights[at] as number);
    const { indptr, indices, values, rowCount } = this.#input.features;
    const row = new Float64Array(dim);
    let work = 0;
    for (let at = 0; at < rowCount; at++) {
      const weight = this.#input.rowWeights[at] as number;
      if (weight === 0) continue;
      for (let k = 0; k < dim; k++) row[k] = weights[bias + k] as number;
      for (let entry = indptr[at] as number; entry < (indptr[at + 1] as number); entry++) {
        const [start, value] = [(indices[entry] as number) * dim, values[entry] as number];
        for (let k = 0; k < dim; k++) row[k] = (row[k] as number) + value * (weights[start + k] as number);
      }
      for (let k = 0; k < dim; k++) row[k] = weight * (row[k] as number);
      work += 2 * this.#spread(at, row, out);
      if (work < WORK_PER_STEP) continue;
      work = 0;
      yield;
    }
    return out;
  }

  divide(rows: Float64Array): Float64Array {
    const [dim, out] = [this.#dim, new Float64Array(rows.length)];
    for (let row = 0, start = 0; row < this.#size; row++, start += dim) {
      const scale = 1 / (this.#diagonal[row] as number);
      for (let k = start; k < start + dim; k++) out[k] = scale * (rows[k] as number);
    }
    return out;
  }

  /** out += f xᵀ for the features f of a row. @returns Multiply-adds. */
  #spread(at: number, row: Float64Array, out: Float64Array): number {
    const dim = this.#dim;
    const { indptr, indices, values } = this.#input.features;
    const [from, to] = [indptr[at] as number, indptr[at + 1] as number];
    for (let entry = from; entry < to; entry++) {
      const [start, value] = [(indices[entry] as number) * dim, values[entry] as number];
      for (let k = 0; k < dim; k++) out[start + k] = (out[start + k] as number) + value * (row[k] as number);
    }
    const bias = (this.#size - 1) * dim;
    for (let k = 0; k < dim; k++) out[bias + k] = (out[bias + k] as number) + (row[k] as number);
    return (to - from + 1) * dim;
  }

  #diagonalOf(): Float64Array {
    const { features, rowWeights, lambda } = this.#input;
    const { rowCount, indptr, indices, values } = features;
    const diagonal = new Float64Array(this.#size).fill(lambda);
    diagonal[this.#size - 1] = 0;
    for (let row = 0; row < rowCount; row++) {
      const weight = rowWeights[row] as number;
      diagonal[this.#size - 1] = (diagonal[this.#size - 1] as number) + weight;
      for (let entry = indptr[row] as number; entry < (indptr[row + 1] as number); entry++) {
        const feature = indices[entry] as number;
        diagonal[feature] = (diagonal[feature] as number) + weight * (values[entry] as number) ** 2;
      }
    }
    // A feature of no row that counts, without a penalty, keeps its weight of 0.
    return diagonal.map((entry) => (entry > 0 ? entry : 1));
  }
}

/** By column of two row-major matrices, the products of their entries added up. */
function dotColumns(a: Float64Array, b: Float64Array, dim: number): Float64Array {
  const sums = new Float64Array(dim);
  for (let start = 0; start < a.length; start += dim) {
    for (let k = 0; k < dim; k++) {
      sums[k] = (sums[k] as number) + (a[start + k] as number) * (b[start + k] as number);
    }
  }
  return sums;
}

/** target += source, each column times its factor. */
function addColumns(target: Float32Array | Float64Array, factors: Float64Array, source: Float64Array): void {
  const dim = factors.length;
  for (let start = 0; start < target.length; start += dim) {
    for (let k = 0; k < dim; k++) {
      target[start + k] =
        (target[start + k] as number) + (factors[k] as number) * (source[start + k] as number);
    }
  }
}

/** direction = source + direction, each column of the direction times its factor. */
function turnColumns(direction: Float64Array, factors: Float64Array, source: Float64Array): void {
  const dim = factors.length;
  for (let start = 0; start < direction.length; start += dim) {
    for (let k = 0; k < dim; k++) {
      const old = direction[start + k] as number;
      direction[start + k] = (source[start + k] as number) + (factors[k] as number) * old;
    }
  }
}

/** 0 for a column that is found already. */
function quotient(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
