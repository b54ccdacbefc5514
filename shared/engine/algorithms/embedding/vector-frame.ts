/** Where vectors are seen from: without what all of them have in common. */
export interface VectorFrame {
  /** Numbers of each column of vectors. */
  readonly widths: readonly number[];
  /** Taken off each vector; length of all widths together. */
  readonly mean: Float32Array;
  /** Unit vectors, at right angles to each other, one after another; what lies along them is taken off. */
  readonly directions: Float32Array;
}

/** What is left of a vector after rounding errors is shorter than this. */
const SHORTEST = 1e-5;

/**
 * Moves a vector into the frame, in place: each column is centred and gets length 1, and so does the whole. It becomes zeros if
 * nothing is left. A column of zeros stays as it is: the row lacks it.
 */
export function placeIn({ widths, mean, directions }: VectorFrame, vector: Float32Array): void {
  let from = 0;
  for (const width of widths) {
    const part = vector.subarray(from, from + width);
    if (part.some((value) => value !== 0)) {
      for (let k = 0; k < width; k++) part[k] = (part[k] as number) - (mean[from + k] as number);
      toLengthOne(part);
    }
    from += width;
  }
  for (let at = 0; at < directions.length; at += from) {
    takeOff(vector, directions.subarray(at, at + from));
  }
  toLengthOne(vector);
}

/** Takes off what lies along a unit vector. */
export function takeOff(vector: Float32Array, direction: Float32Array): void {
  let along = 0;
  for (let k = 0; k < direction.length; k++) along += (vector[k] as number) * (direction[k] as number);
  for (let k = 0; k < direction.length; k++) {
    vector[k] = (vector[k] as number) - along * (direction[k] as number);
  }
}

/** Divides a vector by its length; one without a length becomes zeros. @returns The length. */
export function toLengthOne(vector: Float32Array): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) squares += (vector[k] as number) ** 2;
  const length = Math.sqrt(squares);
  const factor = length > SHORTEST ? 1 / length : 0;
  for (let k = 0; k < vector.length; k++) vector[k] = factor * (vector[k] as number);
  return factor === 0 ? 0 : length;
}
