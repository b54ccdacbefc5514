import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { type FeatureVector, featureRow } from "../../data/side-features.ts";

/**
 * A linear map from features to factors: x = W f + b. One without features gets b, the mean.
 */
export class FeatureMap {
  readonly featureCount: number;
  readonly dim: number;
  /** Row-major, (featureCount + 1) × dim; the last row is b. */
  readonly weights: Float32Array;

  constructor(featureCount: number, dim: number, weights = new Float32Array((featureCount + 1) * dim)) {
    this.featureCount = featureCount;
    this.dim = dim;
    this.weights = weights;
  }

  mapRowInto(features: CsrMatrix, row: number, out: Float32Array, offset: number): void {
    this.mapInto(featureRow(features, row), out, offset);
  }

  /** Writes the factors of some features; one that the map does not know is left out. @param out Its first `dim` from `offset` on are overwritten. */
  mapInto(features: FeatureVector | undefined, out: Float32Array, offset = 0): void {
    const { dim, weights, featureCount } = this;
    const bias = featureCount * dim;
    for (let k = 0; k < dim; k++) out[offset + k] = weights[bias + k] as number;
    if (!features) return;
    const { indices, values } = features;
    for (let at = 0; at < indices.length; at++) {
      const feature = indices[at] as number;
      if (feature >= featureCount) continue;
      const value = values[at] as number;
      const start = feature * dim;
      for (let k = 0; k < dim; k++) {
        out[offset + k] = (out[offset + k] as number) + value * (weights[start + k] as number);
      }
    }
  }
}

/** A matrix without columns: nothing is known of the rows. */
export function noFeatures(rowCount: number): CsrMatrix {
  return {
    ...{ rowCount, columnCount: 0, indptr: new Uint32Array(rowCount + 1) },
    ...{ indices: new Uint32Array(0), values: new Float32Array(0) },
  };
}
