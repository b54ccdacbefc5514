import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { IdMap } from "../data/id-map.ts";
import type { FeatureMatrix, FeatureVector } from "../data/side-features.ts";
import { finishSteps, type Steps } from "../in-steps.ts";
import { layoutOf } from "./feature-layout.ts";
import type { FeatureRow } from "./feature-row.ts";
import { encodeRow, type FeatureSpace } from "./feature-space.ts";

/** The rows of a table by id; null for an id that the table lacks. */
export type FindRow = (id: string) => FeatureRow | null;

/**
 * Features of all items or users, in the order of their ids. One that the table lacks has an empty row. Unlike weights of
 * interactions, values may be below 0.
 */
export function featureMatrix(space: FeatureSpace, ids: IdMap, findRow: FindRow): FeatureMatrix {
  const rows = finishSteps(featureRowsInSteps(space, ids, findRow, Number.POSITIVE_INFINITY));
  return { ...rows.finish(), layout: layoutOf(space) };
}

/** Rows between two yields: some milliseconds. */
const ROWS_PER_PIECE = 200;

/** The rows of a matrix that takes features one row after another. Ends early once there are more than `most` entries. */
export function* featureRowsInSteps(
  space: FeatureSpace,
  ids: IdMap,
  findRow: FindRow,
  most: number,
): Steps<GrowingRows> {
  const rows = new GrowingRows(space.size);
  for (let index = 0; index < ids.size && rows.entryCount <= most; index++) {
    const row = findRow(ids.idAt(index));
    rows.add(row ? encodeRow(space, row) : NO_FEATURES);
    if (index % ROWS_PER_PIECE === ROWS_PER_PIECE - 1) yield;
  }
  return rows;
}

const NO_FEATURES: FeatureVector = { indices: new Uint32Array(0), values: new Float32Array(0) };

/** A matrix with a row for each vector. */
export function matrixOfVectors(vectors: readonly FeatureVector[], columnCount: number): CsrMatrix {
  const rows = new GrowingRows(columnCount);
  for (const vector of vectors) rows.add(vector);
  return rows.finish();
}

/** Rows of a matrix in arrays that double when they are full. */
export class GrowingRows {
  readonly #columnCount: number;
  #ends = new Uint32Array(1024);
  #rowCount = 0;
  #indices = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #count = 0;

  constructor(columnCount: number) {
    this.#columnCount = columnCount;
  }

  get entryCount(): number {
    return this.#count;
  }

  add({ indices, values }: FeatureVector): void {
    const end = this.#count + indices.length;
    if (end > this.#indices.length) {
      const length = Math.max(end, 2 * this.#indices.length);
      this.#indices = copiedTo(new Uint32Array(length), this.#indices);
      this.#values = copiedTo(new Float32Array(length), this.#values);
    }
    this.#indices.set(indices, this.#count);
    this.#values.set(values, this.#count);
    this.#count = end;
    if (this.#rowCount === this.#ends.length)
      this.#ends = copiedTo(new Uint32Array(2 * this.#rowCount), this.#ends);
    this.#ends[this.#rowCount++] = end;
  }

  /** How many entries each column has. */
  columnCounts(): Uint32Array {
    const counts = new Uint32Array(this.#columnCount);
    for (let at = 0; at < this.#count; at++) {
      const column = this.#indices[at] as number;
      counts[column] = (counts[column] as number) + 1;
    }
    return counts;
  }

  finish(): CsrMatrix {
    const indptr = new Uint32Array(this.#rowCount + 1);
    indptr.set(this.#ends.subarray(0, this.#rowCount), 1);
    return {
      ...{ rowCount: this.#rowCount, columnCount: this.#columnCount, indptr },
      indices: this.#indices.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
    };
  }
}

function copiedTo<Values extends Uint32Array | Float32Array>(target: Values, source: Values): Values {
  target.set(source);
  return target;
}
