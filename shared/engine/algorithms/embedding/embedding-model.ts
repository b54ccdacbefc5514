import { embedding as definition } from "#contract/algorithms/embedding.ts";
import type { FeatureMatrix } from "../../data/side-features.ts";
import { copyVectorInto, roundToBytes } from "../../data/vector-rows.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { FactorModel } from "../factorization/factor-model.ts";
import type { ItemMap } from "../feature-map/new-item-factors.ts";
import type { EmbeddingParts } from "./embedding-parts.ts";
import { embeddingSections } from "./embedding-sections.ts";
import { VectorFolder } from "./vector-folder.ts";
import { placeIn } from "./vector-frame.ts";

/** Scores all items by the product of their vectors with that of the profile, each at one byte a number. Takes over the items. */
export function embeddingModel(parts: EmbeddingParts, kernels: Kernels): FactorModel {
  return new FactorModel({
    ...{ algorithm: definition.name, kernels, items: parts.items, users: null },
    openFolder: () => new VectorFolder(parts, kernels),
    itemMap: new NewVectors(parts),
    readsVectors: true,
    encode: () => embeddingSections(parts),
  });
}

/** The vectors of new items, by the steps that those of the training went through. */
class NewVectors implements ItemMap {
  readonly dim: number;
  readonly #parts: EmbeddingParts;
  readonly #bytes: Int8Array;

  constructor(parts: EmbeddingParts) {
    this.dim = parts.items.dim;
    this.#parts = parts;
    this.#bytes = new Int8Array(this.dim);
  }

  /** Zeros for rows without a vector, or with one of another length. */
  mapRowInto({ vectors }: FeatureMatrix, row: number, out: Float32Array, offset: number): void {
    const own = out.subarray(offset, offset + this.dim).fill(0);
    if (vectors?.dim !== this.dim) return;
    copyVectorInto(vectors, row, own);
    placeIn(this.#parts.frame, own);
    const scale = roundToBytes(own, this.#bytes) * this.#parts.newPopularity;
    for (let k = 0; k < this.dim; k++) own[k] = scale * (this.#bytes[k] as number);
  }
}
