import type { FeatureVector } from "../../data/side-features.ts";
import { FeatureMap } from "../feature-map/feature-map.ts";
import { type RowScaling, scaledBy, sizeOf } from "./embedding-rows.ts";

/**
 * Gives a vector to a user or an item that was not trained: the embeddings of its features, and the mean of all rows' own embeddings
 * (the last row of `weights`) in place of its own.
 */
export class EmbeddingMap extends FeatureMap {
  readonly scaling: RowScaling;

  constructor(
    scaling: RowScaling,
    featureCount: number,
    dim: number,
    weights = new Float32Array((featureCount + 1) * dim),
  ) {
    super(featureCount, dim, weights);
    this.scaling = scaling;
  }

  override mapInto(features: FeatureVector | undefined, out: Float32Array, offset = 0): void {
    const { dim, weights, featureCount } = this;
    const size = features ? sizeOf(features.values, 0, features.values.length) : 0;
    const { own, factor } = scaledBy(this.scaling, size);
    for (let k = 0; k < dim; k++) out[offset + k] = own * (weights[featureCount * dim + k] as number);
    for (const [at, feature] of features?.indices.entries() ?? []) {
      if (feature >= featureCount) continue;
      const value = factor * (features?.values[at] as number);
      for (let k = 0; k < dim; k++) {
        out[offset + k] = (out[offset + k] as number) + value * (weights[feature * dim + k] as number);
      }
    }
  }
}
