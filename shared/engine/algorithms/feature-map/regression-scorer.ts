import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { coordinatesInto } from "./feature-basis.ts";
import type { ItemRegression } from "./item-regression.ts";
import { NewItemFactors } from "./new-item-factors.ts";

/** Sums over features need this many times fewer terms than sums over items to be worth their detour. */
const FEWER_FEATURES = 2;

/**
 * Scores items by their features for some users, from the scores s of the items that a model knows:
 *
 *   score(f) = s̄ + Σ_k (e_k·f − m_k) · (Σ_i c_i (s_i − s̄) e_k·f_i) / (v_k + λ)
 *
 * An item without features gets s̄, the weighted mean of the user's scores. Both sums over directions k are products of matrices in
 * kernel memory. A user's scores do not depend on the others of a call.
 */
export class RegressionScorer {
  readonly #kernels: Kernels;
  readonly #regression: ItemRegression;
  readonly #rank: number;
  readonly #newItems: NewItemFactors;
  /** Null until somebody asks. */
  #sums: SlopeSums | null = null;
  #unknown: F32Buffer | null = null;
  #scores: F32Buffer | null = null;

  constructor(kernels: Kernels, regression: ItemRegression) {
    this.#kernels = kernels;
    this.#regression = regression;
    this.#rank = regression.means.length;
    const mapRowInto = (features: CsrMatrix, row: number, out: Float32Array, offset: number) =>
      this.#coordinatesInto(features, row, out, offset);
    this.#newItems = new NewItemFactors({ dim: this.#rank, mapRowInto });
  }

  /**
   * @param scores The user's, of all items of the training.
   * @param features The items to score × features; a feature that the training did not have is left out.
   */
  scoreInto(scores: Float32Array, features: CsrMatrix, out: Float32Array): void {
    const { slopes, means } = this.#slopesOf([scores]);
    this.#newItems.scoreInto(slopes.view.subarray(0, this.#rank), features, out);
    const mean = means[0] as number;
    for (let row = 0; row < features.rowCount; row++) out[row] = (out[row] as number) + mean;
  }

  /** The scores of items without interactions, in their places. */
  fillUnknown(scores: Float32Array): void {
    this.#fill([scores]);
  }

  /** The same for several users. @param scores Users × items. */
  fillUnknownOf(scores: F32Buffer, userCount: number, itemCount: number): void {
    if (this.#regression.unknown.items.length === 0) return;
    this.#reserve(userCount);
    const rows = Array.from({ length: userCount }, (_, user) =>
      scores.view.subarray(user * itemCount, (user + 1) * itemCount),
    );
    this.#fill(rows);
  }

  /** Gives back kernel memory; a later call takes it again. */
  free(): void {
    this.#sums?.free();
    this.#unknown?.free();
    this.#scores?.free();
    this.#sums = null;
    this.#unknown = null;
    this.#scores = null;
  }

  #fill(users: readonly Float32Array[]): void {
    const { items } = this.#regression.unknown;
    if (items.length === 0) return;
    const { unknown, scores, dim } = this.#reserve(users.length);
    const { slopes, means } = this.#slopesOf(users);
    this.#kernels.scoreInto({
      ...{ factors: unknown, dim, rowCount: items.length, out: scores },
      ...{ vectors: slopes, vectorOffset: 0, vectorCount: users.length },
    });
    const found = scores.view;
    for (const [user, own] of users.entries()) {
      const mean = means[user] as number;
      const start = user * items.length;
      for (let at = 0; at < items.length; at++) {
        own[items[at] as number] = mean + (found[start + at] as number);
      }
    }
  }

  #slopesOf(users: readonly Float32Array[]): Slopes {
    return this.#openSums(users.length).of(users);
  }

  #openSums(userCount: number): SlopeSums {
    this.#sums ??= new SlopeSums(this.#kernels, this.#regression);
    this.#sums.reserve(userCount);
    return this.#sums;
  }

  /** All allocations of a call: views that are taken afterwards stay valid. */
  #reserve(userCount: number): {
    readonly unknown: F32Buffer;
    readonly scores: F32Buffer;
    readonly dim: number;
  } {
    const { stride: dim } = this.#openSums(userCount);
    const { items, features } = this.#regression.unknown;
    const length = userCount * items.length;
    if ((this.#scores?.length ?? 0) < length) {
      this.#scores?.free();
      this.#scores = this.#kernels.allocF32(length);
    }
    if (!this.#unknown) {
      this.#unknown = this.#kernels.allocF32(items.length * dim);
      const rows = this.#unknown.view;
      for (let row = 0; row < items.length; row++) this.#coordinatesInto(features, row, rows, row * dim);
    }
    return { unknown: this.#unknown, scores: this.#scores as F32Buffer, dim };
  }

  /** e_k·f − m_k; zeros for an item without features, which gets the mean. */
  #coordinatesInto(features: CsrMatrix, row: number, out: Float32Array, offset: number): void {
    const rank = this.#rank;
    out.fill(0, offset, offset + rank);
    if (features.indptr[row] === features.indptr[row + 1]) return;
    const { basis, means } = this.#regression;
    const known = basis.length / rank;
    const coordinates = new Float64Array(rank);
    coordinatesInto({ rank, weights: basis }, onlyBelow(features, row, known), 0, coordinates);
    for (let k = 0; k < rank; k++) out[offset + k] = (coordinates[k] as number) - (means[k] as number);
  }
}

interface Slopes {
  /** Users × stride. */
  readonly slopes: F32Buffer;
  /** By user, s̄. */
  readonly means: Float64Array;
}

/**
 * Σ_i c_i (s_i − s̄) e_k·f_i / (v_k + λ), by user and direction. The sum runs over known items, or, where features are far fewer,
 * first over these: so the matrix in kernel memory stays small.
 */
class SlopeSums {
  readonly stride: number;
  readonly #kernels: Kernels;
  readonly #regression: ItemRegression;
  readonly #byItem: boolean;
  readonly #depth: number;
  /** Directions × depth. */
  readonly #directions: F32Buffer;
  /** A user's terms of known items, where they are summed by feature. */
  readonly #ofItems: Float64Array;
  #capacity = 0;
  /** Users × depth. */
  #terms: F32Buffer;
  #slopes: F32Buffer;

  constructor(kernels: Kernels, regression: ItemRegression) {
    const { basis, means, support } = regression;
    const rank = means.length;
    const featureCount = basis.length / Math.max(1, rank);
    this.#kernels = kernels;
    this.#regression = regression;
    this.#byItem = support.items.length < FEWER_FEATURES * featureCount;
    this.#ofItems = new Float64Array(this.#byItem ? 0 : support.items.length);
    const depth = this.#byItem ? support.items.length : featureCount;
    this.#depth = paddedDim(depth);
    this.stride = paddedDim(rank);
    this.#directions = kernels.allocF32(this.stride * this.#depth);
    const directions = this.#directions.view;
    const coordinates = new Float64Array(rank);
    for (let at = 0; at < depth; at++) {
      if (this.#byItem) coordinatesInto({ rank, weights: basis }, support.features, at, coordinates);
      else coordinates.set(basis.subarray(at * rank, (at + 1) * rank));
      for (let k = 0; k < rank; k++) directions[k * this.#depth + at] = coordinates[k] as number;
    }
    this.#terms = kernels.allocF32(0);
    this.#slopes = kernels.allocF32(0);
  }

  reserve(userCount: number): void {
    if (userCount <= this.#capacity) return;
    this.#terms.free();
    this.#slopes.free();
    this.#capacity = userCount;
    this.#terms = this.#kernels.allocF32(userCount * this.#depth);
    this.#slopes = this.#kernels.allocF32(userCount * this.stride);
  }

  /** Valid until the next call. */
  of(users: readonly Float32Array[]): Slopes {
    const { denominators } = this.#regression;
    const terms = this.#terms.view;
    const means = Float64Array.from(users, (scores, user) =>
      this.#termsInto(scores, terms.subarray(user * this.#depth, (user + 1) * this.#depth)),
    );
    this.#kernels.scoreInto({
      ...{ factors: this.#directions, dim: this.#depth, rowCount: this.stride, out: this.#slopes },
      ...{ vectors: this.#terms, vectorOffset: 0, vectorCount: users.length },
    });
    const slopes = this.#slopes.view;
    for (let start = 0; start < users.length * this.stride; start += this.stride) {
      for (let k = 0; k < denominators.length; k++) {
        slopes[start + k] = (slopes[start + k] as number) / (denominators[k] as number);
      }
    }
    return { slopes: this.#slopes, means };
  }

  free(): void {
    for (const buffer of [this.#directions, this.#terms, this.#slopes]) buffer.free();
  }

  /** @returns s̄. */
  #termsInto(scores: Float32Array, terms: Float32Array): number {
    const { support, weights } = this.#regression;
    const { items, features } = support;
    let [total, sum] = [0, 0];
    for (let row = 0; row < items.length; row++) {
      const weight = weights[row] as number;
      total += weight;
      sum += weight * (scores[items[row] as number] as number);
    }
    const mean = sum / total;
    const own = this.#byItem ? terms : this.#ofItems;
    for (let row = 0; row < items.length; row++) {
      own[row] = (weights[row] as number) * ((scores[items[row] as number] as number) - mean);
    }
    if (!this.#byItem) sumRowsInto(features, own, terms);
    return mean;
  }
}

/** out = Σ factor · row over the rows of a matrix. */
function sumRowsInto(
  { indptr, indices, values, rowCount }: CsrMatrix,
  factors: Float64Array | Float32Array,
  out: Float32Array,
): void {
  out.fill(0);
  let entry = 0;
  for (let row = 0; row < rowCount; row++) {
    const factor = factors[row] as number;
    for (const end = indptr[row + 1] as number; entry < end; entry++) {
      const feature = indices[entry] as number;
      out[feature] = (out[feature] as number) + factor * (values[entry] as number);
    }
  }
}

/** A row of a matrix with the features that the training had. */
function onlyBelow({ indptr, indices, values }: CsrMatrix, row: number, columnCount: number): CsrMatrix {
  const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
  const own = indices.subarray(from, to);
  const kept = own.every((feature) => feature < columnCount)
    ? null
    : [...own.keys()].filter((at) => (own[at] as number) < columnCount);
  const rowValues = values.subarray(from, to);
  return {
    ...{ rowCount: 1, columnCount, indptr: Uint32Array.of(0, kept ? kept.length : own.length) },
    indices: kept ? Uint32Array.from(kept, (at) => own[at] as number) : own,
    values: kept ? Float32Array.from(kept, (at) => rowValues[at] as number) : rowValues,
  };
}
