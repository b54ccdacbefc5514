import type { FeatureMatrix } from "../../data/side-features.ts";

/** Gives factors to items that a model was not fitted on. */
export interface ItemMap {
  readonly dim: number;
  /** Writes the factors of a row. @param out Its first `dim` from `offset` on are overwritten. */
  mapRowInto(features: FeatureMatrix, row: number, out: Float32Array, offset: number): void;
}

/** Factors of new items, row-major, rows × dim, and their lengths. */
export interface MappedItems {
  readonly factors: Float32Array;
  readonly norms: Float64Array;
}

/** The factors that a map gives to new items. Those of the same matrix are mapped once. */
export class NewItemFactors {
  readonly #map: ItemMap;
  readonly #known = new WeakMap<FeatureMatrix, MappedItems>();

  constructor(map: ItemMap) {
    this.#map = map;
  }

  of(features: FeatureMatrix): MappedItems {
    const known = this.#known.get(features);
    if (known) return known;
    const { dim } = this.#map;
    const factors = new Float32Array(features.rowCount * dim);
    const norms = new Float64Array(features.rowCount);
    for (let row = 0; row < features.rowCount; row++) {
      this.#map.mapRowInto(features, row, factors, row * dim);
      const own = factors.subarray(row * dim, (row + 1) * dim);
      norms[row] = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    }
    const mapped = { factors, norms };
    this.#known.set(features, mapped);
    return mapped;
  }

  /** The product of a vector with the factors of each new item. @param vector At least `dim` long. */
  scoreInto(vector: Float32Array, features: FeatureMatrix, out: Float32Array): void {
    const { dim } = this.#map;
    const { factors } = this.of(features);
    for (let row = 0, at = 0; row < features.rowCount; row++) {
      let sum = 0;
      for (let k = 0; k < dim; k++, at++) sum += (factors[at] as number) * (vector[k] as number);
      out[row] = sum;
    }
  }
}
