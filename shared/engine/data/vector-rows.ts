/** Vectors of embeddings at one byte a number: number k of row r is scales[r] · values[r · dim + k]. */
export interface VectorRows {
  /** How many numbers each column of vectors has; a row holds them one after another. */
  readonly widths: readonly number[];
  /** The sum of the widths. */
  readonly dim: number;
  /** From −127 to 127, rows × dim. */
  readonly values: Int8Array;
  /** One per row; 0 for a row without a vector. */
  readonly scales: Float32Array;
}

const LARGEST = 127;

/** Rounds a vector to signed bytes. The error is at most 1/254 of its largest number. @returns The scale; 0 for a vector of zeros. */
export function roundToBytes(vector: Float32Array, out: Int8Array): number {
  let largest = 0;
  for (let k = 0; k < vector.length; k++) largest = Math.max(largest, Math.abs(vector[k] as number));
  const scale = Math.fround(largest / LARGEST);
  for (let k = 0; k < vector.length; k++) {
    const value = scale > 0 ? Math.round((vector[k] as number) / scale) : 0;
    out[k] = Math.max(-LARGEST, Math.min(LARGEST, value));
  }
  return scale;
}

/** Writes the numbers of a row; zeros where it has no vector. @param out Length dim; overwritten. */
export function copyVectorInto({ dim, values, scales }: VectorRows, row: number, out: Float32Array): void {
  const scale = scales[row] as number;
  const start = row * dim;
  for (let k = 0; k < dim; k++) out[k] = scale * (values[start + k] as number);
}

export function hasVector(vectors: VectorRows | undefined, row: number): boolean {
  return vectors !== undefined && (vectors.scales[row] ?? 0) > 0;
}
