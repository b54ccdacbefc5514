import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { transpose } from "../data/transpose.ts";
import { EngineError } from "../engine-error.ts";
import type { F32Buffer, Kernels } from "../kernels/kernels.ts";
import type { EncodeOptions, Model, Profile } from "./algorithm.ts";
import { linearContributionsInto } from "./contributions.ts";
import type { Factors } from "./factors.ts";
import { itemFactorSections, requireItemFactors } from "./int8-factors.ts";
import { requireCompressedRows, requireCount, requireFinite, requireSection } from "./sections.ts";
import { powersOf } from "./weight-powers.ts";

const SETTINGS = "gf-cf.settings";
const DEGREES = "gf-cf.degrees";
const VECTORS = "gf-cf.item-factors";
const INDPTR = "gf-cf.indptr";
const INDICES = "gf-cf.indices";
const VALUES = "gf-cf.values";
const MAX_COUNT = 2 ** 31;
const MAX_DIM = 4096;

export interface GfCfParts {
  /** X of the formula in `gf-cf.ts`, users × items, and its transpose. */
  readonly matrix: CsrMatrix;
  readonly transposed: CsrMatrix;
  readonly degrees: Float64Array;
  /** V; the model releases it when it is disposed. */
  readonly vectors: Factors;
  readonly idealWeight: number;
  readonly weightPower: number;
}

export function createGfCfModel(kernels: Kernels, parts: GfCfParts): Model {
  return new GfCfModel(kernels, parts);
}

/** Restores a model that `encode` wrote. Throws `BAD_ARTIFACT`. */
export function decodeGfCfModel(sections: readonly Section[], kernels: Kernels): Model {
  const settings = requireSection(sections, SETTINGS, Float64Array, 5);
  requireFinite(SETTINGS, settings);
  const userCount = requireCount(settings, 0, 1, MAX_COUNT);
  const itemCount = requireCount(settings, 1, 1, MAX_COUNT);
  const dim = requireCount(settings, 2, 1, MAX_DIM);
  const indptr = requireSection(sections, INDPTR, Uint32Array, userCount + 1);
  const indices = requireSection(sections, INDICES, Uint32Array, null);
  const values = requireSection(sections, VALUES, Float32Array, indices.length);
  requireCompressedRows(INDICES, indptr, indices, itemCount);
  requireFinite(VALUES, values);
  const degrees = requireSection(sections, DEGREES, Float64Array, itemCount);
  requireFinite(DEGREES, degrees);
  if (degrees.some((degree) => degree < 0)) {
    throw new EngineError("BAD_ARTIFACT", `Section "${DEGREES}" holds a negative degree.`);
  }
  const matrix = { rowCount: userCount, columnCount: itemCount, indptr, indices, values };
  const vectors = requireItemFactors(sections, VECTORS, kernels, { count: itemCount, dim });
  const [idealWeight = 0, weightPower = 0] = settings.subarray(3);
  const transposed = transpose(matrix);
  return createGfCfModel(kernels, { matrix, transposed, degrees, vectors, idealWeight, weightPower });
}

class GfCfModel implements Model {
  readonly algorithm = "GFCF";
  readonly itemCount: number;
  readonly #kernels: Kernels;
  readonly #parts: GfCfParts;
  /** X x by user; zero between calls. */
  readonly #shares: Float32Array;
  readonly #vector: F32Buffer;
  readonly #projected: F32Buffer;
  #isDisposed = false;

  constructor(kernels: Kernels, parts: GfCfParts) {
    this.itemCount = parts.matrix.columnCount;
    this.#kernels = kernels;
    this.#parts = parts;
    this.#shares = new Float32Array(parts.matrix.rowCount);
    this.#vector = kernels.allocF32(parts.vectors.stride);
    this.#projected = kernels.allocF32(this.itemCount);
  }

  scoreProfileInto({ indices, weights }: Profile, out: Float32Array): void {
    const amounts = powersOf(weights, this.#parts.weightPower);
    this.#filterInto(indices, amounts, out);
  }

  scoreUserInto(_userIndex: number, profile: Profile, out: Float32Array): void {
    this.scoreProfileInto(profile, out);
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    this.#filterInto(Uint32Array.of(itemIndex), Float32Array.of(1), out);
    out[itemIndex] = 0;
  }

  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    return linearContributionsInto(this, profile, itemIndex, out);
  }

  encode(options?: EncodeOptions): Section[] {
    const { matrix, degrees, vectors, idealWeight, weightPower } = this.#parts;
    const settings = Float64Array.of(matrix.rowCount, this.itemCount, vectors.dim, idealWeight, weightPower);
    return [
      { name: SETTINGS, data: settings },
      { name: INDPTR, data: matrix.indptr.slice() },
      { name: INDICES, data: matrix.indices.slice() },
      { name: VALUES, data: matrix.values.slice() },
      { name: DEGREES, data: degrees.slice() },
      ...itemFactorSections(VECTORS, vectors, options),
    ];
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.vectors.release();
    this.#vector.free();
    this.#projected.free();
  }

  #filterInto(indices: Uint32Array, amounts: Float32Array, out: Float32Array): void {
    out.fill(0);
    this.#addLinear(indices, amounts, out);
    this.#addIdeal(indices, amounts, out);
  }

  /** out += (a Xᵀ) X. */
  #addLinear(indices: Uint32Array, amounts: Float32Array, out: Float32Array): void {
    const { matrix, transposed } = this.#parts;
    const shares = this.#shares;
    for (let at = 0; at < indices.length; at++) {
      addRow(transposed, indices[at] as number, amounts[at] as number, shares);
    }
    for (let user = 0; user < shares.length; user++) {
      const share = shares[user] as number;
      if (share === 0) continue;
      shares[user] = 0;
      addRow(matrix, user, share, out);
    }
  }

  /** out += ideal_weight · ((a D_I^−½ V) Vᵀ) D_I^½. */
  #addIdeal(indices: Uint32Array, amounts: Float32Array, out: Float32Array): void {
    const { degrees, vectors, idealWeight } = this.#parts;
    if (idealWeight === 0) return;
    const { stride, buffer } = vectors;
    const vector = this.#vector.view.fill(0);
    const factors = buffer.view;
    for (let at = 0; at < indices.length; at++) {
      const item = indices[at] as number;
      const degree = degrees[item] as number;
      if (degree === 0) continue;
      const amount = (amounts[at] as number) / Math.sqrt(degree);
      const start = item * stride;
      for (let k = 0; k < stride; k++) {
        vector[k] = (vector[k] as number) + amount * (factors[start + k] as number);
      }
    }
    this.#kernels.scoreInto({
      factors: buffer,
      dim: stride,
      rowCount: this.itemCount,
      vectors: this.#vector,
      vectorOffset: 0,
      vectorCount: 1,
      out: this.#projected,
    });
    const projected = this.#projected.view;
    for (let item = 0; item < out.length; item++) {
      const factor = idealWeight * Math.sqrt(degrees[item] as number);
      out[item] = (out[item] as number) + factor * (projected[item] as number);
    }
  }
}

/** out += weight · row. */
function addRow(
  { indptr, indices, values }: CsrMatrix,
  row: number,
  weight: number,
  out: Float32Array,
): void {
  const end = indptr[row + 1] as number;
  for (let at = indptr[row] as number; at < end; at++) {
    const column = indices[at] as number;
    out[column] = (out[column] as number) + weight * (values[at] as number);
  }
}
