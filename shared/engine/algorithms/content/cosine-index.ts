import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { transposeInSteps } from "../../data/transpose.ts";
import { finishSteps, overRows, type Steps } from "../../in-steps.ts";

/** Items as sparse vectors: x_f = rows[item, f] · weights[f]. */
export interface WeighedRows {
  /** Items × features. */
  readonly rows: CsrMatrix;
  /** By feature, finite and not negative; a feature of weight 0 does not count. */
  readonly weights: Float64Array;
}

/**
 * Exact cosines of items with a vector of features, by an inverted index: only items that share a feature are visited. Sums are
 * taken in f64, feature by feature, so that equal vectors have equal cosines. Memory: 16 bytes for each feature of an item.
 */
export class CosineIndex {
  readonly itemCount: number;
  readonly featureCount: number;
  readonly #rows: CsrMatrix;
  readonly #weights: Float64Array;
  /** By feature, the items that have it. */
  readonly #postings: CsrMatrix;
  /** By item, 1 / |x|; 0 for an item without features. */
  readonly #scales: Float64Array;
  /** The vector in work: x_f for features, and which of them are not 0. */
  readonly #query: Float64Array;
  readonly #isTouched: Uint8Array;
  readonly #touched: Uint32Array;
  #touchedCount = 0;
  readonly #sums: Float64Array;

  static of(parts: WeighedRows): CosineIndex {
    return finishSteps(CosineIndex.build(parts));
  }

  static *build({ rows, weights }: WeighedRows): Steps<CosineIndex> {
    const scales = new Float64Array(rows.rowCount);
    yield* overRows(rows, (from, to) => {
      for (let item = from; item < to; item++) scales[item] = inverseLength(rows, weights, item);
    });
    return new CosineIndex({ rows, weights }, yield* transposeInSteps(rows), scales);
  }

  private constructor({ rows, weights }: WeighedRows, postings: CsrMatrix, scales: Float64Array) {
    this.itemCount = rows.rowCount;
    this.featureCount = rows.columnCount;
    this.#rows = rows;
    this.#weights = weights;
    this.#postings = postings;
    this.#scales = scales;
    this.#query = new Float64Array(rows.columnCount);
    this.#isTouched = new Uint8Array(rows.columnCount);
    this.#touched = new Uint32Array(rows.columnCount);
    this.#sums = new Float64Array(rows.rowCount);
  }

  /** Begins another vector, of zeros. */
  begin(): void {
    for (let at = 0; at < this.#touchedCount; at++) {
      const feature = this.#touched[at] as number;
      this.#query[feature] = 0;
      this.#isTouched[feature] = 0;
    }
    this.#touchedCount = 0;
  }

  /** Adds amount · x / |x| of an item to the vector. */
  addItem(item: number, amount: number): void {
    const { indptr, indices, values } = this.#rows;
    const scale = amount * (this.#scales[item] as number);
    const end = indptr[item + 1] as number;
    for (let at = indptr[item] as number; at < end; at++) {
      this.#add(indices[at] as number, scale * (values[at] as number));
    }
  }

  /** Adds amount · x / |x| of a row that is not in the index; does nothing if none of its features counts. */
  addRow(indices: Uint32Array, values: Float32Array | Float64Array, amount: number): void {
    const squares = this.#squares(indices, values);
    if (squares === 0) return;
    const scale = amount / Math.sqrt(squares);
    for (let at = 0; at < indices.length; at++) {
      this.#add(indices[at] as number, scale * (values[at] as number));
    }
  }

  /** The length of the vector. */
  get length(): number {
    let squares = 0;
    for (let at = 0; at < this.#touchedCount; at++) {
      squares += (this.#query[this.#touched[at] as number] as number) ** 2;
    }
    return Math.sqrt(squares);
  }

  /** The product of the vector and x / |x| of each item. @param out Length itemCount; overwritten. */
  scoreInto(out: Float32Array): void {
    const sums = this.#sums.fill(0);
    // In the order of features, whatever order they were added in.
    const touched = this.#touched.subarray(0, this.#touchedCount).sort();
    for (const feature of touched) {
      const factor = (this.#query[feature] as number) * (this.#weights[feature] as number);
      if (factor !== 0) this.#addPostings(feature, factor, sums);
    }
    for (let item = 0; item < out.length; item++) {
      out[item] = (sums[item] as number) * (this.#scales[item] as number);
    }
  }

  /** The product of the vector and x / |x| of an item. */
  scoreOf(item: number): number {
    const { indptr, indices, values } = this.#rows;
    const [from, to] = [indptr[item] as number, indptr[item + 1] as number];
    return (this.#scales[item] as number) * this.#dot(indices, values, from, to);
  }

  /** The product of the vector and x / |x| of a row that is not in the index; 0 if none of its features counts. */
  scoreOfRow(indices: Uint32Array, values: Float32Array | Float64Array): number {
    const squares = this.#squares(indices, values);
    return squares === 0 ? 0 : this.#dot(indices, values, 0, indices.length) / Math.sqrt(squares);
  }

  /** A loop of its own: V8 compiles it once for all features. */
  #addPostings(feature: number, factor: number, sums: Float64Array): void {
    const { indptr, indices, values } = this.#postings;
    const end = indptr[feature + 1] as number;
    for (let at = indptr[feature] as number; at < end; at++) {
      const item = indices[at] as number;
      sums[item] = (sums[item] as number) + factor * (values[at] as number);
    }
  }

  #add(feature: number, value: number): void {
    const weight = this.#weights[feature] as number;
    if (weight === 0) return;
    if (this.#isTouched[feature] === 0) {
      this.#isTouched[feature] = 1;
      this.#touched[this.#touchedCount++] = feature;
    }
    this.#query[feature] = (this.#query[feature] as number) + weight * value;
  }

  #dot(indices: Uint32Array, values: Float32Array | Float64Array, from: number, to: number): number {
    let sum = 0;
    for (let at = from; at < to; at++) {
      const feature = indices[at] as number;
      sum += (this.#query[feature] as number) * (this.#weights[feature] as number) * (values[at] as number);
    }
    return sum;
  }

  #squares(indices: Uint32Array, values: Float32Array | Float64Array): number {
    let squares = 0;
    for (let at = 0; at < indices.length; at++) {
      squares += ((values[at] as number) * (this.#weights[indices[at] as number] as number)) ** 2;
    }
    return squares;
  }
}

function inverseLength({ indptr, indices, values }: CsrMatrix, weights: Float64Array, item: number): number {
  let squares = 0;
  const end = indptr[item + 1] as number;
  for (let at = indptr[item] as number; at < end; at++) {
    squares += ((values[at] as number) * (weights[indices[at] as number] as number)) ** 2;
  }
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}
