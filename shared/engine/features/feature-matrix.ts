import type { IdMap } from "../data/id-map.ts";
import type { FeatureMatrix, FeatureVector } from "../data/side-features.ts";
import { finishSteps, type Steps } from "../in-steps.ts";
import { copiedTo } from "./copied-to.ts";
import { layoutOf } from "./feature-layout.ts";
import type { FeatureRow } from "./feature-row.ts";
import { encodeRow, type FeatureSpace, widthsOf } from "./feature-space.ts";
import { GrowingVectors } from "./growing-vectors.ts";

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
  const rows = new GrowingRows(space.size, widthsOf(space));
  for (let index = 0; index < ids.size && rows.entryCount <= most; index++) {
    const row = findRow(ids.idAt(index));
    rows.add(row ? encodeRow(space, row) : NO_FEATURES);
    if (index % ROWS_PER_PIECE === ROWS_PER_PIECE - 1) yield;
  }
  return rows;
}

const NO_FEATURES: FeatureVector = { indices: new Uint32Array(0), values: new Float32Array(0) };

/** A matrix with a row for each of some rows of features. @param widths Of the columns of vectors. */
export function matrixOfVectors(
  vectors: readonly FeatureVector[],
  columnCount: number,
  widths: readonly number[] = [],
): FeatureMatrix {
  const rows = new GrowingRows(columnCount, widths);
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
  readonly #vectors: GrowingVectors | null;

  /** @param widths Of the columns of vectors. */
  constructor(columnCount: number, widths: readonly number[] = []) {
    this.#columnCount = columnCount;
    this.#vectors = widths.length > 0 ? new GrowingVectors(widths) : null;
  }

  get entryCount(): number {
    return this.#count;
  }

  add({ indices, values, vector }: FeatureVector): void {
    this.#vectors?.add(vector);
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

  finish(): FeatureMatrix {
    const indptr = new Uint32Array(this.#rowCount + 1);
    indptr.set(this.#ends.subarray(0, this.#rowCount), 1);
    return {
      ...{ rowCount: this.#rowCount, columnCount: this.#columnCount, indptr },
      indices: this.#indices.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
      ...(this.#vectors && { vectors: this.#vectors.finish() }),
    };
  }
}
