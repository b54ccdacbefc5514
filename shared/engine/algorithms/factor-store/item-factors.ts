import type { F32Buffer } from "../../kernels/kernels.ts";

/** Item factors as a model reads them, in either form: in floats (`Factors`), or at one byte each (`Int8Factors`). */
export interface ItemFactors {
  readonly count: number;
  readonly dim: number;
  /** Length of the vectors they are multiplied by: dim and padding. */
  readonly stride: number;
  /**
   * out[v, item] = vectors[v] · the item's factors.
   * @param vectors vectorCount × stride, from `vectorOffset` on.
   * @param out Receives vectorCount × count scores.
   */
  scoreInto(vectors: F32Buffer, vectorOffset: number, vectorCount: number, out: F32Buffer): void;
  /** Writes an item's factors, and zeros for the padding, from `offset` on. */
  copyRowInto(item: number, target: Float32Array, offset: number): void;
  /** The inner product of two items. */
  dotRows(one: number, other: number): number;
  /** A copy in floats without padding, count × dim. */
  pack(): Float32Array;
  release(): void;
}
