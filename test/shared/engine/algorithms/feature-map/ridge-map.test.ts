import { describe, expect, it } from "vitest";
import { FeatureMap } from "../../../../../shared/engine/algorithms/feature-map/feature-map.ts";
import { fitRidgeMap, ridgeSystem } from "../../../../../shared/engine/algorithms/feature-map/ridge-map.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { finishSteps } from "../../../../../shared/engine/in-steps.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { matrixOf } from "../fit-fixture.ts";

const [ROWS, FEATURES, DIM, STRIDE, LAMBDA] = [40, 7, 3, 8, 2];

function world(): { features: CsrMatrix; rowWeights: Float32Array; factors: Float32Array } {
  const random = createRandom(5);
  const dense = Array.from({ length: ROWS }, () =>
    Array.from({ length: FEATURES }, () => (random.next() < 0.4 ? random.normal() : 0)),
  );
  // The last feature is in rows that do not count alone.
  for (const [row, features] of dense.entries()) features[FEATURES - 1] = row < 3 ? 1 : 0;
  return {
    features: matrixOf(dense),
    rowWeights: Float32Array.from({ length: ROWS }, (_, row) => (row < 3 ? 0 : 0.5 + random.next())),
    factors: Float32Array.from({ length: ROWS * STRIDE }, () => random.normal()),
  };
}

/** Fits the map. @returns What it says of each row. */
function fitted(
  map: FeatureMap,
  features: CsrMatrix,
  rowWeights: Float32Array,
  factors: Float32Array,
): Float32Array {
  const kernels = loadWasmKernels();
  const [targets, mapped] = [kernels.allocF32(factors.length), kernels.allocF32(factors.length)];
  targets.view.set(factors);
  const system = finishSteps(ridgeSystem(features, rowWeights, LAMBDA));
  const before = kernels.allocatedBytes;
  finishSteps(fitRidgeMap(map, { kernels, system, targets, mapped }));
  expect(kernels.allocatedBytes).toBe(before);
  return mapped.view.slice();
}

describe("the ridge regression of factors on features", () => {
  it("has a gradient of zero, and no penalty of the mean", () => {
    const { features, rowWeights, factors } = world();
    const map = new FeatureMap(FEATURES, DIM);
    const mapped = fitted(map, features, rowWeights, factors);
    const differences: number[] = [];
    const gradient = new Float64Array((FEATURES + 1) * DIM);
    for (let row = 0; row < ROWS; row++) {
      const [from, to] = [features.indptr[row], features.indptr[row + 1]];
      const own = {
        indices: features.indices.subarray(from, to),
        values: features.values.subarray(from, to),
      };
      const said = new Float32Array(DIM);
      map.mapInto(own, said);
      for (let k = 0; k < DIM; k++)
        differences.push(Math.abs((mapped[row * STRIDE + k] ?? 0) - (said[k] ?? 0)));
      for (let k = 0; k < DIM; k++) {
        const error = (rowWeights[row] ?? 0) * ((said[k] ?? 0) - (factors[row * STRIDE + k] ?? 0));
        for (const [at, feature] of [...own.indices, FEATURES].entries()) {
          const value = feature === FEATURES ? 1 : (own.values[at] as number);
          gradient[feature * DIM + k] = (gradient[feature * DIM + k] as number) + value * error;
        }
      }
    }
    for (let at = 0; at < FEATURES * DIM; at++)
      gradient[at] = (gradient[at] as number) + LAMBDA * (map.weights[at] as number);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-3);
    expect([...map.weights.subarray((FEATURES - 1) * DIM, FEATURES * DIM)]).toEqual([0, 0, 0]);
  });

  it("gives rows without features the weighted mean", () => {
    const { rowWeights, factors } = world();
    const map = new FeatureMap(0, DIM);
    const features = matrixOf(Array.from({ length: ROWS }, () => []));
    fitted(map, features, rowWeights, factors);
    let [sum, weights] = [0, 0];
    for (const [row, weight] of rowWeights.entries()) {
      sum += weight * (factors[row * STRIDE] as number);
      weights += weight;
    }
    const out = new Float32Array(DIM);
    map.mapInto({ indices: Uint32Array.of(3), values: Float32Array.of(1) }, out);
    expect(out[0]).toBeCloseTo(sum / weights, 4);
  });
});
