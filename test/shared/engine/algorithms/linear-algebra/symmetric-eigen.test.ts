import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../../../../../shared/engine/algorithms/linear-algebra/symmetric-eigen.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";

function solve(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const vectors = matrix.slice();
  const steps = symmetricEigen(vectors, size);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return { values: step.value, vectors };
}

describe("symmetricEigen", () => {
  it("solves a 2 × 2 matrix", () => {
    // [[2, 1], [1, 2]] has 3 along (1, 1) and 1 along (1, −1).
    const { values, vectors } = solve(Float64Array.of(2, 1, 1, 2), 2);
    const largest = values.indexOf(Math.max(...values));
    expect([...values].sort()).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
    expect(vectors[2 * largest]).toBeCloseTo(vectors[2 * largest + 1] as number, 12);
  });

  it.each([1, 2, 3, 5, 16, 40])("gives orthonormal vectors with A v = λ v at size %i", (size) => {
    const random = createRandom(size);
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        // Some entries are zero, so that whole columns need no reflector.
        const value = random.next() < 0.3 ? 0 : random.normal();
        matrix[i * size + j] = value;
        matrix[j * size + i] = value;
      }
    }
    const { values, vectors } = solve(matrix, size);
    const rowOf = (k: number) => vectors.subarray(k * size, (k + 1) * size);
    for (let k = 0; k < size; k++) {
      for (let other = 0; other < size; other++) {
        const product = rowOf(k).reduce((sum, value, at) => sum + value * (rowOf(other)[at] as number), 0);
        expect(product).toBeCloseTo(k === other ? 1 : 0, 10);
      }
      for (let row = 0; row < size; row++) {
        const product = rowOf(k).reduce(
          (sum, value, at) => sum + value * (matrix[row * size + at] as number),
          0,
        );
        expect(product).toBeCloseTo((values[k] as number) * (rowOf(k)[row] as number), 9);
      }
    }
  });

  it("keeps a diagonal matrix and repeated values", () => {
    const { values } = solve(Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 1), 3);
    expect([...values].sort()).toEqual([1, 4, 4]);
  });
});
